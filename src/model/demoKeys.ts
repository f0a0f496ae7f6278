/** Keys that everybody knows: good for a demonstration on this machine, refused anywhere else (`src/operation/demonstration.ts`). */
export const demoIdKey = 'hutong-demo-id-key'
export const demoTokenKey = 'hutong-demo-key-which-everybody-knows'
