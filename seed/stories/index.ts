import { story as chenGuifang } from './01-chen-guifang'
import { story as linJianguo } from './02-lin-jianguo'
import { story as wuZhiqiang } from './03-wu-zhiqiang'
import { story as huangLi } from './04-huang-li'
import { story as heJiamin } from './05-he-jiamin'
import { story as zhengYulan } from './06-zheng-yulan'
import { story as xuTing } from './07-xu-ting'
import { story as zhaoGuoping } from './08-zhao-guoping'
import type { Story } from '../story'

/** The residents whose records pass through several systems, and must come out right. All fictitious. */
export const stories: readonly Story[] = [chenGuifang, linJianguo, wuZhiqiang, huangLi, heJiamin, zhengYulan, xuTing, zhaoGuoping]
