import { Command, Option } from 'commander'
import { createTokens, usualPurpose } from '../access'
import { HutongError } from '../model/errors'
import type { Purpose, Viewer } from '../model/viewer'
import { tokenOptions } from '../operation/options'
import type { ServeOptions } from '../operation/options'
import { print, printJson } from './output'

interface TokenOptions extends Pick<ServeOptions, 'tokenKey' | 'tokenAudience' | 'tokenHours'> {
  readonly id: string
  readonly resident?: string
  readonly institution?: string
  readonly source?: string
  readonly purpose?: Purpose
  readonly expires: string
  readonly json?: boolean
}

const roles = ['resident', 'clinician', 'source', 'steward', 'app'] as const

export function tokenCommand(): Command {
  const command = new Command('token')
    .description('print a signed token for a role')
    .argument('<role>', roles.join(', '))
    .option('--id <id>', 'who it is, as the ledgers will name them', 'demo')
    .option('--resident <id>', 'the resident (roles resident and app)')
    .option('--institution <id>', 'the institution (role clinician): its unified social credit code')
    .option('--source <id>', 'the source (role source)')
    .addOption(new Option('--purpose <code>', 'why they ask (default: the role\'s usual purpose); one that is not the role\'s is refused').choices(['TREAT', 'PATRQT', 'HOPERAT', 'COVERAGE']))
    .option('--expires <span>', 'how long it is good for: 30m, 12h; no longer than --token-hours', '12h')
    .option('--json', 'print an object')
  for (const option of tokenOptions()) command.addOption(option)
  return command.action(async (role: string, options: TokenOptions) => {
    const viewer = viewerOf(role, options)
    const purpose = options.purpose ?? usualPurpose(viewer.role)
    const tokens = createTokens({ key: options.tokenKey, audience: options.tokenAudience, longestHours: options.tokenHours })
    const token = await tokens.sign({ viewer, purpose }, { expiresIn: options.expires })
    if (options.json) printJson({ token, viewer, purpose })
    else print(token)
  })
}

function viewerOf(role: string, { id, resident, institution, source }: TokenOptions): Viewer {
  switch (role) {
    case 'resident':
    case 'app':
      return { role, id, resident: wanted(resident, '--resident', role) }
    case 'clinician':
      return { role, id, institution: wanted(institution, '--institution', role) }
    case 'source':
      return { role, id, source: wanted(source, '--source', role) }
    case 'steward':
      return { role, id }
    default:
      throw new HutongError('BAD_ARGUMENT', `a role is one of ${roles.join(', ')}`, 'role')
  }
}

function wanted(value: string | undefined, flag: string, role: string): string {
  if (!value) throw new HutongError('BAD_ARGUMENT', `a token for a ${role} needs ${flag}`, flag)
  return value
}
