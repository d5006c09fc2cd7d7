export {
	concurrencyOption,
	optionsField,
	runLocator,
	showFor,
	simplifyField,
	waitOptions,
} from './fields';
export { eventsField, eventsSubtitle } from './eventFields';
export { limitFields, statusFilter } from './listFields';
export { allowEmptyOption, variableForms } from './variableFields';
