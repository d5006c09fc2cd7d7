export {
	concurrencyOption,
	optionsField,
	runLocator,
	showFor,
	simplifyField,
	waitOptions,
} from './fields';
export { limitFields, statusFilter } from './listFields';
export { variableForms } from './variableFields';
