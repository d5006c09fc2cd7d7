import { buildSync } from 'esbuild';
import { bundleOptions, packageFolders } from './bundle';

for (const folder of packageFolders) buildSync(bundleOptions(folder));
