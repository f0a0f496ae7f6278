import { errorOf, header, message, readHl7, utf8 } from './support'

const obx = (...fields: string[]) => utf8(message(header('UNICODE UTF-8'), ['OBX', '1', 'NM', ...fields].join('|')))

const nameOf = (name: string) => readHl7(utf8(message(header('UTF-8'), `PID|1||P1||${name}`))).body.first('PID')!.field(5)[0]!

describe('an HL7 v2 message', () => {
  it('tells its version, control id, code and trigger', () => {
    const { body, issues } = readHl7(utf8(message('MSH|^~\\&|A|B|C|D|20261104||ADT^A01^ADT_A01|MSG001|P|2.5.1', 'EVN|A01')))
    expect(body).toMatchObject({ version: '2.5.1', controlId: 'MSG001', code: 'ADT', trigger: 'A01' })
    expect(body.segments.map(({ name, index }) => [name, index])).toEqual([['MSH', 0], ['EVN', 1]])
    expect(issues).toEqual([])
  })

  it('numbers MSH as HL7 does: MSH-1 and MSH-2 are the separators', () => {
    const msh = readHl7(utf8(message(header()))).body.first('MSH')!
    expect([msh.text(1), msh.text(2), msh.text(3), msh.text(9, 2)]).toEqual(['|', '^~\\&', 'LIS', 'R01'])
    expect(msh.field(2)[0]).toMatchObject({ raw: '^~\\&', isNull: false })
    expect([msh.field(2)[0]!.text(), msh.field(2)[0]!.text(2)]).toEqual(['^~\\&', undefined])
  })

  it('reads repetitions, components and subcomponents', () => {
    const pid = readHl7(utf8(message(header('UTF-8'), 'PID|1||P1^^^SYY&2.16&ISO^MR~11010519491231002X^^^CN^NI||张^三')))
      .body.first('PID')!
    expect(pid.field(3).map(each => [each.text(1), each.text(4), each.text(4, 2), each.text(5)])).toEqual([
      ['P1', 'SYY', '2.16', 'MR'], ['11010519491231002X', 'CN', undefined, 'NI'],
    ])
    expect([pid.text(3), pid.text(3, 4, 3), pid.text(5, 1), pid.text(5, 2), pid.text(5, 3)])
      .toEqual(['P1', 'ISO', '张', '三', undefined])
  })

  it('tells a name however it is written: 张三, 张^三, 张三^男', () => {
    expect(nameOf('张三').text()).toBe('张三')
    expect([nameOf('张^三').text(1), nameOf('张^三').text(2)]).toEqual(['张', '三'])
    expect([nameOf('张三^男').text(1), nameOf('张三^男').raw]).toEqual(['张三', '张三^男'])
  })

  it('decodes 10\\S\\9/L, and keeps an OBX-6 that an unescaped ^ splits reachable as raw', () => {
    expect(readHl7(obx('WBC', '', '6.5', '10\\S\\9/L')).body.first('OBX')!.text(6)).toBe('10^9/L')
    const split = readHl7(obx('WBC', '', '15.2', '10^9/L')).body.first('OBX')!
    expect([split.text(6), split.text(6, 2), split.field(6)[0]!.raw]).toEqual(['10', '9/L', '10^9/L'])
  })

  it.each([
    ['男 130-175 \\T\\ 女 115-150', '男 130-175 & 女 115-150'],
    ['a\\F\\b\\R\\c\\E\\d', 'a|b~c\\d'],
    ['first\\.br\\second', 'first\nsecond'],
    ['a\\.sp2\\b', 'a\n\nb'],
    ['\\H\\high\\N\\', 'high'],
    ['\\XE5BCA0\\', '张'],
    ['\\XE5\\\\XBC\\\\XA0\\三', '张三'],
    ['\\X0D0A\\x', 'x'],
    ['\\Z01\\kept', '\\Z01\\kept'],
    ['\\XFF\\', '\\XFF\\'],
    ['C:\\data', 'C:\\data'],
    ['C:\\data\\S\\9', 'C:\\data^9'],
    ['\\', '\\'],
  ])('unescapes %s', (raw, text) => {
    expect(readHl7(obx(raw)).body.first('OBX')!.text(3)).toBe(text)
  })

  it('decodes hexadecimal bytes in the message\'s own encoding', () => {
    const bytes = utf8(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4||||||GB 18030-2000', 'NTE|1||\\XD5C5\\'))
    expect(readHl7(bytes).body.first('NTE')!.text(3)).toBe('张')
  })

  it('tells "" as a deletion, and as no text', () => {
    const pid = readHl7(utf8(message(header(), 'PID|1||P1||""||""^x|'))).body.first('PID')!
    expect([pid.isNull(5), pid.field(5)[0]!.isNull, pid.text(5), pid.isNull(6), pid.isNull(99)])
      .toEqual([true, true, undefined, false, false])
    expect([pid.isNull(7), pid.text(7, 1), pid.text(7, 2)]).toEqual([false, undefined, 'x'])
  })

  it('tells blank, absent and separator-only fields as none', () => {
    const pid = readHl7(utf8(message(header(), 'PID|  |　|^^&~|x '))).body.first('PID')!
    expect([0, 1, 2, 3, 30].map(field => pid.text(field)).filter(text => text !== undefined)).toEqual([])
    expect(pid.text(4)).toBe('x')
    expect([1, 2, 3, 30].map(field => pid.field(field))).toEqual([[], [], [], []])
  })

  it('reads separators of the sender\'s own choice', () => {
    const { body } = readHl7(utf8('MSH$%*!#$A$B$$$$$ADT%A01$7$P$2.3\rPID$1$$P1%%%A#B%MR*P2$$x!S!y'))
    expect(body).toMatchObject({ code: 'ADT', trigger: 'A01', controlId: '7', version: '2.3' })
    const pid = body.first('PID')!
    expect([pid.field(3).length, pid.text(3, 4, 2), pid.text(5)]).toEqual([2, 'B', 'x%y'])
  })

  it('takes the standard character where MSH-2 repeats one or leaves one out', () => {
    expect(readHl7(utf8(message('MSH|^~\\\\|A|||||ADT|1|P|2.4', 'PID|a&b'))).body.first('PID')!.text(1, 1, 2)).toBe('b')
    expect(readHl7(utf8(message('MSH|^|A|||||||ADT|1|P|2.4', 'PID|a~b'))).body.first('PID')!.field(1)).toHaveLength(2)
  })

  it.each(['\r', '\n', '\r\n'])('reads segments that end with %j', terminator => {
    const { body, issues } = readHl7(utf8([header('UTF-8'), 'PID|1', 'OBX|1', ''].join(terminator)))
    expect(body.segments.map(({ name }) => name)).toEqual(['MSH', 'PID', 'OBX'])
    expect(issues.map(({ code }) => code)).toEqual(terminator === '\r' ? [] : ['segment-terminator'])
  })

  it('passes over blank lines, and reads ragged, empty and Z segments', () => {
    const { body } = readHl7(utf8(`${header('UTF-8')}\r\r\n  \rPID\rZYB|1|自定义|||\r\r`))
    expect(body.segments.map(({ name }) => name)).toEqual(['MSH', 'PID', 'ZYB'])
    expect([body.first('PID')!.text(3), body.first('ZYB')!.text(2)]).toEqual([undefined, '自定义'])
  })

  it('takes a line that is no segment for a part of the field that it broke', () => {
    const { body, issues } = readHl7(utf8(message(header('UTF-8'), 'OBX|1|FT|R||第一行\n第二行|', 'OBX|2')))
    expect(body.all('OBX')).toHaveLength(2)
    expect(body.first('OBX')!.text(5)).toBe('第一行\n第二行')
    expect(issues.map(({ code }) => code)).toContain('segment-broken')
  })

  it('names places as a steward finds them', () => {
    const { body } = readHl7(utf8(message(header(), 'PID|1', 'OBX|1', 'OBX|2', 'OBX|3')))
    expect([body.first('PID')!.place(5), body.all('OBX')[2]!.place(6), body.all('OBX')[0]!.place(3)])
      .toEqual(['PID-5', 'OBX[3]-6', 'OBX[1]-3'])
  })

  it('lists what holds something and was not read, each field once, in order', () => {
    const segments = ['PID|1||P1||x', 'OBX|1|||||||||||||a|b', 'OBX|2||c|^^|""|', 'ZZZ|1']
    const { body } = readHl7(utf8(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4', ...segments)))
    body.first('PID')!.text(5)
    body.first('PID')!.field(3)
    body.all('OBX')[1]!.isNull(5)
    expect(body.unread()).toEqual(['MSH-3', 'MSH-11', 'OBX-1', 'OBX-3', 'OBX-14', 'OBX-15', 'PID-1', 'ZZZ-1'])
  })

  it('is unframed where it comes framed, and may begin with a byte order mark', () => {
    expect(readHl7(utf8(`\u000B${message(header('UTF-8'), 'PID|1')}\u001C\r`)).body.segments).toHaveLength(2)
    expect(readHl7(utf8(`\uFEFF${message(header('UTF-8'), 'PID|1||x')}`)).body.first('PID')!.text(3)).toBe('x')
  })

  it.each([
    ['', 'MSH'], ['PID|1||P1\r', 'MSH'], ['MSHA|\r', 'MSH-1'], ['MSH', 'MSH-1'],
    [`${message(header())}${message(header())}`, 'MSH[2]'],
  ])('is refused where its header is missing, broken or comes twice (%#)', (text, place) => {
    expect(errorOf(() => readHl7(utf8(text)))).toMatchObject({ code: 'SYNTAX', place })
  })

  it('is refused over 16 MB', () => {
    const bytes = Buffer.alloc(16_000_001, 'x')
    bytes.write(message(header()))
    expect(errorOf(() => readHl7(bytes)).code).toBe('RECORD_TOO_LARGE')
  })
})

describe('messages of Chinese systems, as observed in public code', () => {
  it('gives the identity number in PID-19 and the address of an A01', () => {
    const { body } = readHl7(utf8(message(
      'MSH|^~\\&|EPIC|HOSPITAL01|HIS|HIS_VENDOR|20240615093000||ADT^A01|MSG001|P|2.5|||',
      'EVN|A01|20240615093000|||01234^张三^医生^^^',
      'PID|1||P20240001^^^MRN||张三^男||19700101|M|||浙江省杭州市余杭区^^杭州^浙江^311100||13800138000|||S|||330110197001011234',
      'PV1|1|I|1203^5^心内科病房^^^心内科|1|0|||1234^王医生^主治^^^|||||||||||INPATIENT|||||||||||||||||||||20240615090000|',
      'DG1|1||I10^高血压病^ICD10||20240615|A',
    )))
    const pid = body.first('PID')!
    expect([pid.text(19), pid.text(11), pid.text(11, 3), pid.text(13)])
      .toEqual(['330110197001011234', '浙江省杭州市余杭区', '杭州', '13800138000'])
    expect(body.first('PV1')!.text(3, 6)).toBe('心内科')
  })

  it('gives escaped units, flags HH and LL, and sex-specific ranges of an ORU', () => {
    const { body } = readHl7(utf8(message(
      'MSH|^~\\&|LIS|XZYY|MEDPLAT|COUNTY|20260929100000||ORU^R01|P2724O|P|2.4',
      'OBX|1|NM|WBC^白细胞||6.2|10\\S\\9/L|3.5-9.5|N',
      'OBX|2|NM|HGB^血红蛋白||132|g/L|男 130-175 \\T\\ 女 115-150|N',
      'OBX|3|NM|HGB^血红蛋白|2|45|g/L|130-175|LL',
    )))
    expect(body.all('OBX').map(each => [each.text(6), each.text(7), each.text(8)])).toEqual([
      ['10^9/L', '3.5-9.5', 'N'], ['g/L', '男 130-175 & 女 115-150', 'N'], ['g/L', '130-175', 'LL'],
    ])
  })
})
