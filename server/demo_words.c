/* What the demo company's customers are called and what breaks at their places. */
#include <stdio.h>
#include <string.h>

#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char *const surnames[] = { "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
                                        "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗",
                                        "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧" };
static const char *const given_names[] = { "伟", "芳", "娜",   "秀英", "敏", "静", "丽",   "强",
                                           "磊", "军", "洋",   "勇",   "艳", "杰", "娟",   "涛",
                                           "明", "超", "秀兰", "霞",   "平", "刚", "桂英", "志远" };
static const char *const regions[] = { "海港区", "城东区", "城西区", "高新区", "南湖区", "北山区" };
static const char *const roads[] = { "建设路", "人民路", "解放大街", "中山路", "海滨大道",
                                     "科技路", "文化街", "工业路",   "和平街", "青年路" };
static const char *const company_words[] = { "恒信", "华盛", "金桥", "远航", "天成", "瑞丰", "鼎新",
                                             "蓝海", "宏图", "博雅", "凯达", "东升", "安泰", "润泽",
                                             "中联", "启明", "万通", "嘉禾", "科达", "正阳" };
static const char *const trades[] = { "电子科技", "物流", "机械制造", "商贸", "建筑工程",
                                      "酒店管理", "食品", "信息技术", "医药", "印刷包装" };
static const char *const ordinals[] = {
    "第一", "第二", "第三", "第四", "第五", "第六", "第七", "第八", "第九", "第十", "第十一", "第十二"
};

const struct demo_fault demo_faults[] = {
    { "computer", "电脑开机无显示", "内存条接触不良", "清洁金手指并重新插接内存,开机正常", NULL },
    { "computer", "电脑运行十分缓慢,经常死机", "硬盘出现坏道", "更换固态硬盘并恢复系统与数据", "固态硬盘512G" },
    { "computer", "打印机卡纸,打印有黑线", "定影组件老化", "更换定影组件并清洁走纸通道", "定影组件" },
    { "network", "办公区断网,交换机指示灯不亮", "交换机电源模块损坏", "更换电源模块,网络恢复", "交换机电源模块" },
    { "network", "无线信号弱,频繁掉线", "无线控制器配置错误", "重新规划信道并升级固件", NULL },
    { "network", "监控网段无法访问外网", "路由器端口故障", "更换端口并重新配置路由", NULL },
    { "display", "会议室大屏有一片黑屏", "显示模组接收卡损坏", "更换接收卡并校正亮度", "显示接收卡" },
    { "display", "投影画面发黄、亮度低", "投影灯泡到寿", "更换灯泡并清洁光路", "投影灯泡" },
    { "security", "门禁刷卡无反应", "读卡器进水短路", "更换读卡器并做防水处理", "门禁读卡器" },
    { "security", "三号摄像头画面丢失", "网线接头氧化", "重做水晶头,画面恢复", NULL },
    { "security", "录像机无法回放", "录像硬盘损坏", "更换监控硬盘并重新初始化", "监控硬盘4T" },
    { "audio_video", "报告厅话筒啸叫", "音频处理器参数丢失", "重新调试反馈抑制与均衡", NULL },
    { "audio_video", "功放无声", "功放输出保护,电容鼓包", "更换电容,带载测试正常", "功放电容" },
    { "power", "停电后UPS不供电", "蓄电池组失效", "更换整组蓄电池并做放电测试", "蓄电池12V" },
    { "power", "稳压器频繁报警", "调压碳刷磨损", "更换碳刷并校准输出电压", "碳刷" },
    { "installation", "机柜移位后需重新安装", "线缆需重新理线", "重新安装机柜并理线测试", NULL },
    { "installation", "新增信息点需布线", "需增设网线一路", "布线完成,测试通过", "网线" },
};

int demo_fault_count(void)
{
    return COUNT(demo_faults);
}

const char *demo_model(struct demo *demo, const char *skill)
{
    static const char *const models[][2] = {
        { "computer", "启天M450台式电脑" }, { "computer", "LJ2655激光打印机" }, { "network", "S5720-28P交换机" },
        { "network", "AC6005无线控制器" },  { "display", "P2.5全彩大屏" },      { "display", "CB-X51投影机" },
        { "security", "MJ-200门禁控制器" }, { "security", "NVR-16硬盘录像机" }, { "audio_video", "DSP-808音频处理器" },
        { "audio_video", "PA-1200功放" },   { "power", "UPS-10K不间断电源" },   { "power", "SVC-20K稳压器" },
        { "installation", "42U标准机柜" },  { "installation", "综合布线系统" },
    };
    int second = demo_random(demo, 2);
    for (int i = 0; i < COUNT(models); i++)
        if (strcmp(models[i][0], skill) == 0)
            return models[i + second][1];
    return models[0][1];
}

static void name_person(struct demo *demo, char *out, size_t size)
{
    (void)snprintf(out, size, "%s%s", surnames[demo_random(demo, COUNT(surnames))],
                   given_names[demo_random(demo, COUNT(given_names))]);
}

static void name_public_body(int index, char *out, size_t size, const char *region, const char **ret_industry)
{
    static const char *const kinds[] = { "中学", "小学", "人民医院" };
    int kind = index % 3;
    const char *ordinal = ordinals[(index / 18) % COUNT(ordinals)];
    (void)snprintf(out, size, "滨海市%s%s%s", region, ordinal, kinds[kind]);
    *ret_industry = kind == 2 ? "医疗" : "教育";
}

void demo_name_customer(struct demo *demo, int index, struct demo_customer *customer, const char **ret_kind,
                        const char **ret_region, const char **ret_industry)
{
    const char *region = regions[(index / 3) % COUNT(regions)];
    name_person(demo, customer->contact, sizeof customer->contact);
    (void)snprintf(customer->phone, sizeof customer->phone, "139%04d%04d", 1000 + index * 7, demo_random(demo, 10000));
    (void)snprintf(customer->address, sizeof customer->address, "滨海市%s%s%d号", region,
                   roads[demo_random(demo, COUNT(roads))], 1 + demo_random(demo, 300));
    *ret_region = region;
    *ret_industry = NULL;
    if (index % 4 == 0) {
        *ret_kind = "individual";
        /* No two alike: 7 and 5 have no divisor in common with 30 and 24. */
        (void)snprintf(customer->contact, sizeof customer->contact, "%s%s", surnames[index / 4 * 7 % COUNT(surnames)],
                       given_names[index / 4 * 5 % COUNT(given_names)]);
        (void)snprintf(customer->name, sizeof customer->name, "%s", customer->contact);
    } else if (index % 4 == 1) {
        *ret_kind = "government";
        name_public_body(index, customer->name, sizeof customer->name, region, ret_industry);
    } else {
        *ret_kind = "company";
        *ret_industry = trades[(index / COUNT(company_words)) % COUNT(trades)];
        (void)snprintf(customer->name, sizeof customer->name, "滨海%s%s有限公司",
                       company_words[index % COUNT(company_words)], *ret_industry);
    }
}
