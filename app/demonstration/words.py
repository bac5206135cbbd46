"""What invented reports say; every text begins with a mark that says so."""

MARK = "【演示】"
STAGES = (
    (20, "工作方案已印发，任务分解到科室和责任人。"),
    (45, "已召开推进会，首批事项落地，其余按计划铺开。"),
    (70, "主体工作过半，重点环节按节点推进。"),
    (99, "主要内容已完成，正在查漏补缺、准备验收。"),
    (100, "全部内容已完成，相关资料已归档。"),
)
PROBLEMS = ("部分事项需与上级部门衔接，批复时间尚不确定。", "个别点位协调难度较大。", "资金拨付进度偏慢。")
NEXT_STEPS = ("倒排工期，每周会商一次。", "请分管领导专题协调。", "对照年度目标逐项销号。")


def stage(completion: int) -> str:
    """A sentence that fits so many percent."""
    return next(words for most, words in STAGES if completion <= most)
