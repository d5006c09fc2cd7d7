import { build } from 'esbuild';
import { bundleOptions, packageFolders } from './bundle';

void Promise.all(packageFolders.map(async (folder) => await build(bundleOptions(folder))));
