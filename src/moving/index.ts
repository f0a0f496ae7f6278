/** Everything from one store into another, of whatever engine, through files. */
export { exportStore, type ExportOptions } from './export'
export type { Manifest, MovingProgress, Progress } from './format'
export { checkExport, importStore, layoutOfExport, type ImportOptions } from './import'
export { holdStill, still, type Stillness } from './still'
export { verifyStore } from './verify'
