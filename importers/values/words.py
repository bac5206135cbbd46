"""The words that unit names, groups of units, titles and surnames are made of."""

import re

from importers.scripts import either_script, simplified

# A unit's name ends with one of these; anything else is a fragment or a doubt.
UNIT_ENDING = re.compile(
    either_script(
        r"(局|(?<!重点督)(?<!挂牌督)(?<!跟踪督)办|委|部|厅|司|处|科|股|室|院|(?<!场)所|站|台|馆|社|会|联|署|队|团|组|库|厂|场|港|行|校|园|区|镇|乡|街|县|市|省"
        r"|中心|公司|集团|街道|银行|学校|中学|小学|大学|学院|医院|法院|企业|单位|部门|政府|机关|工会|党校|武警|税务|供电|电力|气象|烟草"
        r"|邮政|电信|移动|联通|铁塔|消防|海事|少年宫|青年宫|文化宫|体育宫|博物院|海关|邮储|农商行|分局|支队|大队|总队|平台|板块|村|社区|人行|金融机构|保险"
        r"|办事处|指挥部|专班|工作组|领导小组|基地|站点|农场|林场|水务|城投|交投|国资|国投|文旅|协会|联合会|管理处|档案|开发区"
        r"|镇街|镇办|乡办|镇处|成员|责任人|主体|协调机制|联席会议|科协|中支|(公路|航道|养护|管理|工务|车务|电务|机务)段|[一二三四五六七八九十][中小])([（(<〈][^（）()<>〈〉]*[）)>〉])*$"
    )
)
# Words that lean on what stands before them: 管委会 alone on a line belongs to the line above.
LEANING = re.compile(
    either_script(
        r"^(管委会|管理委员会|委员会|办公室|办事处|中心|服务中心|管理中心|产业园|园区|分局|分公司|公司|集团|集团公司|有限公司|局|办|处|会"
        r"|支队|大队|中队|总队|指挥部|领导小组|人民政府|政府|党工委|管理局|管理处|服务局|监管局|监督管理局|分中心|规划局|开发区|示范区)$"
    )
)
# Words of names that a line end may break where what stands before it ends as a unit's name does: 市爱卫委 / 员会.
_UNBROKEN = (
    "委员会 办公室 办事处 联合会 组织部 社会保障 社会保险 社会科学 社会组织 社会工作 社会治安 "
    "社会福利 市场监督 市场监管 市场管理 市场服务 城乡建设 城乡规划 城乡环境 乡村振兴 农村工作 "
    "农村经济 农村能源 农村商业 农村信用 农村水利 农村公路 农村社会 中小企业服务 中小企业发展 "
    "中小企业管理 乡镇企业管理 行政审批 行政执法 行政服务 司法局 司法所 科学技术 科技局 机关事务 "
    "机关工委 机关党 园林局 园林绿化 园林管理 处理厂 处理中心 会计核算 会展中心 港口管理 港航管理 "
    "港务管理 消防救援 消防支队 消防大队 供电公司 烟草专卖 邮政管理 档案管理 城投公司 交投公司 "
    "国投公司 水务公司 文旅公司 电力公司 移动公司 联通公司 电信公司 邮政公司 铁塔公司 水务集团 "
    "城投集团 文旅集团"
)
_HALVES: dict[str, list[tuple[str, str]]] = {}  # by the character the next line begins with
for _word in _UNBROKEN.split():
    for _cut in range(1, len(_word)):
        _HALVES.setdefault(_word[_cut], []).append((_word[:_cut], _word[_cut:]))
_COMMITTEE = 2  # 县委
_OF_COMMITTEE = re.compile(
    r"(宣传|组织|统战|农工|农村工作|社会工作|老干部|政法|编|农|网信|巡察|台|史志|机要|督查|改革|政研|党校)"
)
_LONGEST_HALF = max(map(len, _UNBROKEN.split()))
TERRITORY_ENDING = re.compile(either_script(r"(区|园|镇|乡|街道|新城|度假区|县|市)$"))
TERRITORY_OFFICE = re.compile(either_script(r"^(管委会|管理委员会|办事处|人民政府|政府|党工委|办公室)$"))

GROUP = re.compile(
    either_script(
        r"^(各|相关|有关|其他|其它|全体|所有|涉及|全[区县市]各)|"
        r"^([区县市省]|[区县市]级|[区县市]直|[区县市]政府|[区县市]委|[区县市]各)*(各|有关|相关).{0,12}$|"
        r"(各|有关|相关)(部门|单位|镇|乡|街道|板块|站段|高校|院校|园区|社区|银行|企业|责任单位|责任部门|成员单位)+$|(镇街|镇办|乡办|乡镇办|部门|单位)$"
    )
)
# 各县提标已做完 begins as a group does and is a sentence.
SAYS_WHAT_IS_DONE = re.compile(
    either_script(r"已|正在|要|完|进行|开展|推进|落实|加强|加快|提[高升前]|增加|统一|均|都|[0-9０-９%％]")
)
# 各乡镇人民政府、街道办事处 is one group: the second word is no unit by itself.
BARE_CLASS = re.compile(
    either_script(
        r"^(街道办事处|街道办|街道|办事处|镇|乡|乡镇|镇人民政府|乡人民政府|镇政府|农场|园区|板块|功能(?:板块|区|园区))$"
    )
)
# 各区、县政府 and 各县、市、区 are one group as well.
TOWNSHIP = re.compile(either_script(r"[一-龥]{2,4}(镇|乡|街道|办|区|县|市)"))
OPEN_LEVEL = re.compile(either_script(r"^各(有关|相关)?([市区县旗]、)*[市区县旗]([（(][市区县旗、]+[）)])?$"))
LEVEL = re.compile(
    either_script(
        r"^(县级)?[市区县旗]([（(][市区县旗、]+[）)])?((人民)?政府|委|党委)?([（(](管委会|党工委)[）)])?$"
    )
)
AND_OTHERS = re.compile(
    either_script(
        r"等(?P<who>(?:[区县市省]?(?:级|直)?(?:各|有关|相关)?(?:[区县市省]?(?:级|直)?)(?:责任|职能|成员)?(?:部门|单位)(?:[和、]单位)?)?)$"
    )
)
RULE_REMARK = re.compile(
    either_script(
        r"(?:除.*外)?[，,]?(?:以下)?(?:各项)?(?:(?:[列排]名?在?|名列)(?:第一|首)(?:位|个|名|家|者)?|(?:第一|首)位)(?:.{0,4}为.{0,4}|.{0,3})(?:牵头|主办|(?:第一|主要)责任单位|主责).*"
        r"|(?:一项任务)?(?:涉及|有)[^。]{0,12}(?:部门|单位)[^。]{0,12}(?:首|第一)位[^。]{0,8}牵头.*|以?下同|排名不分先后|以下均?[^。]{0,40}(?:不再|不一一|不逐一)[^。]{0,12}"
    )
)
RULE_IN_BRACKETS = re.compile(
    r"[（(][^（）()]*(下同|第一位|排在?首位)[^（）()]*[）)]$"
)  # behind a list, no name
ENDS_RULE = re.compile(either_script(r"(下同|不再?(?:逐一|一一|另行|分别)?(?:列出|列明|列示|标注|注明))。?$"))
COUNTED_GROUP = re.compile(
    either_script(r"\d{1,3}个(街道|镇|乡镇|乡|区|县|县区|区县)(、(镇|乡|街道))*")
)  # 13个街道、镇
COUNTED = re.compile(
    r"[0-9０-９]+(余|多)?(万?[家个個所处處条條座名户戶套栋幢亩畝吨噸]|公里|万元)"
)  # 17家乡镇卫生院: places, not a unit
NO_NAME = re.compile(
    rf"^.$|[【】〖〗｛｝「」]|^(推行|实施|开展|完善|健全|加快|加强|强化|深化|优化|提升|打造|培育|聚焦|坚持|着力|持续|大力|积极|扎实|进一步|畅通|做[优强好]|壮大|补齐|[守筑]牢|建成|新建(?![区县镇乡街])|创建(?!办))|{COUNTED.pattern}|[:：的]|其中|\d[%％‰]|^已|[两几数][处家个座条]$"
    r"|^(现代|高效)?(农业[和与]?农村|乡村|城乡|社会|农村)$|(美丽|和谐|幸福|平安|文明|数字|宜居)(乡村|农村|社区|校园|家园)$"
    r"|^(法治|服务|廉洁|阳光|诚信|数字|效能|创新|责任|清廉|节约)型?政府$"
    r"|(牵头|配合|主办|协办)(单位|部门)[^、，,；;（(）)和及与]"
    r"|.[（(][一二三四五六七八九十]{1,2}[）)]"
    r"|[0-9０-９][余多]?(台|套|辆|所|站|村|组|队|场|园|校|区|馆|库|社|厂|镇|街|会|团|县|市|科|室)([（(][^（）()]*[）)])?$"
)  # words of a sentence, whatever they end with
NOTHING = re.compile(r"^[-—－–/／\\\s.…·*]*$|^(无|空|暂无)$")

TITLES = (
    "常务副省长 副省长 省长 常务副州长 副州长 州长 副盟长 盟长 副旗长 旗长 区委书记 县委书记 市委书记 "
    "党组书记 党工委书记 副书记 书记 常务副区长 常务副县长 常务副市长 副区长 副县长 副市长 区长 县长 "
    "市长 副主任 主任 常委 部长 主席 副主席 局长 副局长 秘书长 副秘书长 政委 党组成员 调研员 "
    "二级调研员 四级调研员 同志 镇长 组长 副组长 委员 总工程师 总会计师 总农艺师 总畜牧师 总兽医师 "
    "总统计师 总经济师 总规划师 财务总监 总监 总督学 督学 巡视员 一级调研员 三级调研员 校长 副校长 "
    "园长 站长 副站长 所长 副所长 科长 副科长 股长 处长 副处长 主任助理 党委委员 工会主席 大队长 "
    "支队长 宣传部部长 组织部部长 统战部部长 副部长 政法委书记 统战部长 宣传部长 组织部长 纪委书记 "
    "管委会主任 院长 检察长 分管领导 分管负责人 主管领导"
)
_TITLE = "|".join(sorted(TITLES.split(), key=len, reverse=True))
TITLE_BEFORE = re.compile(either_script(rf"^.*?(?:{_TITLE})(?=[一-龥·]{{2,4}}$)"))
TITLE_AFTER = re.compile(either_script(rf"(?<=[一-龥])(?:[区县市]?委?常委)?副?(?:{_TITLE})$"))
TITLE_ONLY = re.compile(either_script(rf"^.{{0,12}}(?:{_TITLE})$"))

_DOUBLE = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊淳于赫连澹台皇甫宗政濮阳公冶太叔申屠公孙"
    "慕容仲孙钟离长孙宇文司徒鲜于司空令狐呼延百里东郭西门南门第五轩辕拓跋完颜"
)
DOUBLE_SURNAMES = frozenset(_DOUBLE[i : i + 2] for i in range(0, len(_DOUBLE), 2))
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊"
    "纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单"
    "杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇"
    "栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍"
    "却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚"
    "朴越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公是恽岳帅亢况有琴归海墨哈年爱阳佟商牟"
    "冶亓仉呙妥宛拜撖摆谌谯郄鄂虎禚苑佘佴伯赏肖覃仝苟付代闫闪涂庹冼邸战雒兰原逄宿撒揭晋楚佐才麦展候隋官粟尧楼矫鹿綦揣迟萨褟蹇"
)


def is_one_word(above: str, below: str) -> bool:
    """Whether a word runs over the end of a line: 市爱卫委 / 员会办公室, 市劳动和社会 / 保障局."""
    if len(above) == _COMMITTEE and above[-1] == "委" and _OF_COMMITTEE.match(below):
        return above[0] in "省市州县縣区區旗"
    halves = _HALVES.get(simplified(below[:1]), ())
    if not halves:
        return False
    above, below = simplified(above[-_LONGEST_HALF:]), simplified(below[:_LONGEST_HALF])
    return any(above.endswith(first) and below.startswith(rest) for first, rest in halves)
