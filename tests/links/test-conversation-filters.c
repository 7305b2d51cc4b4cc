/* test-conversation-filters.c
 * The conversation filters of the packet list's context menu, called as Wireshark calls them: each is offered for the
 * frames it can be built from, compiles whatever stands in the IDs, matches its own frame and no other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-compat.h"

#include <string.h>

#include <epan/column-info.h>
#include <epan/conversation_filter.h>
#include <epan/dfilter/dfilter.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <epan/prefs.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#if KX_WIRESHARK_AT_LEAST(4, 4)
#define USER_DATA(filter) , (filter)->user_data
#else
#define USER_DATA(filter)
#endif

enum { HEADERS = 40, FRAME_MAX = 2000 };

void plugin_register(void);

struct packet_provider_data {
    int unused;
};

static struct packet_provider_data capture;

static const nstime_t *get_frame_time(struct packet_provider_data *of _U_, guint32 number _U_)
{
    static const nstime_t never;

    return &never;
}

static epan_t *epan;

/* ---- frames ---- */

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* IPv4 and TCP around a message; no checksums, which are not verified by default. Each is a connection of its own. */
static unsigned make_frame(uint8_t *frame, unsigned command, const char *payload)
{
    static unsigned client_port = 20000;
    unsigned length = (unsigned)strlen(payload), whole = HEADERS + 10 + length;

    g_assert_cmpuint(whole, <=, FRAME_MAX);
    memset(frame, 0, HEADERS + 10);
    frame[0] = 0x45;
    put16(frame + 2, whole);
    frame[8] = 64;
    frame[9] = 6;
    memcpy(frame + 12, "\xc0\x00\x02\x01\xc0\x00\x02\x02", 8);
    put16(frame + 20, client_port++);
    put16(frame + 22, 7100);
    frame[32] = 5 << 4;
    frame[33] = 0x18;
    put16(frame + 40, 1);
    put16(frame + 46, command);
    put16(frame + 48, length);
    memcpy(frame + HEADERS + 10, payload, length);
    return whole;
}

#if KX_WIRESHARK_AT_LEAST(4, 6)
static void run(epan_dissect_t *edt, wtap_rec *record, const uint8_t *frame, unsigned length,
                frame_data *data)
{
    static Buffer bytes;

    ws_buffer_clean(&bytes);
    ws_buffer_append(&bytes, frame, length);
    record->rec_type_name = "Packet";
    record->data = bytes;
    epan_dissect_run(edt, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, record, data, NULL);
}
#else
static void run(epan_dissect_t *edt, wtap_rec *record, const uint8_t *frame, unsigned length,
                frame_data *data)
{
    epan_dissect_run(edt, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, record,
                     tvb_new_real_data(frame, length, (gint)length), data, NULL);
}
#endif

static epan_dissect_t *dissect(unsigned command, const char *payload, const dfilter_t *filter)
{
    static uint8_t frame[FRAME_MAX];
    static frame_data data;
    static guint32 number;
    wtap_rec record = {.rec_type = REC_TYPE_PACKET, .presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN};
    unsigned length = make_frame(frame, command, payload);
    nstime_t elapsed = NSTIME_INIT_ZERO;
    const frame_data *first = NULL;

    record.rec_header.packet_header.caplen = record.rec_header.packet_header.len = length;
    record.rec_header.packet_header.pkt_encap = WTAP_ENCAP_RAW_IP;
    frame_data_init(&data, ++number, &record, 0, 0);
    frame_data_set_before_dissect(&data, &elapsed, &first, NULL);
    epan_dissect_t *edt = epan_dissect_new(epan, TRUE, TRUE);
    if (filter)
        epan_dissect_prime_with_dfilter(edt, filter);
    run(edt, &record, frame, length, &data);
    return edt;
}

/* ---- filters ---- */

static const conversation_filter_t *find_filter(const char *name)
{
    for (const GList *item = packet_conv_filter_list; item; item = item->next) {
        const conversation_filter_t *filter = (const conversation_filter_t *)item->data;
        if (strcmp(filter->proto_name, "kx") == 0 && strcmp(filter->display_name, name) == 0)
            return filter;
    }
    g_error("no conversation filter \"%s\"", name);
}

/* The filter that is offered for a message; NULL if none is. */
static char *offered(const char *name, unsigned command, const char *payload)
{
    const conversation_filter_t *filter = find_filter(name);
    epan_dissect_t *edt = dissect(command, payload, NULL);
    char *text = NULL;

    if (filter->is_filter_valid(&edt->pi USER_DATA(filter)))
        text = filter->build_filter_string(&edt->pi USER_DATA(filter));
    epan_dissect_free(edt);
    return text;
}

static dfilter_t *compile(const char *text)
{
    dfilter_t *filter = NULL;
#if KX_WIRESHARK_AT_LEAST(4, 4)
    df_error_t *error = NULL;
    bool good = dfilter_compile(text, &filter, &error);
#else
    char *error = NULL;
    bool good = dfilter_compile(text, &filter, &error);
#endif

    if (!good) {
        g_test_message("does not compile: %s", text);
        g_test_fail();
    }
    return filter;
}

static bool matches(const dfilter_t *filter, unsigned command, const char *payload)
{
    epan_dissect_t *edt = dissect(command, payload, filter);
    bool yes = dfilter_apply_edt((dfilter_t *)filter, edt);

    epan_dissect_free(edt);
    return yes;
}

/* ---- tests ---- */

static const char other[] = "{\"Session ID\":\"other\",\"Key relay request ID\":\"other\"}";

/* IDs as JSON writes them. */
static const char *const ids[] = {
    "session-1",
    "6f0f3a10-95a9-4d77-8b2c-8f1a2b3c4d5e",
    "",
    " with blanks ",
    "a \\\"quoted\\\" word",
    "back\\\\slash, \\\\n and \\\\x41",
    "percent %s %n",
    "two\\nlines\\tand\\u0001more",
    "\xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x94\x91",
    "|| frame.number == 1",
    "'; & <b>",
};

static void check(const char *name, unsigned command, const char *payload)
{
    char *text = offered(name, command, payload);
    dfilter_t *filter;

    if (!text) {
        g_test_message("\"%s\" is not offered for %s", name, payload);
        g_test_fail();
        return;
    }
    filter = compile(text);
    if (filter && (!matches(filter, command, payload) || matches(filter, 0x1103, other))) {
        g_test_message("%s: wrong for %s", text, payload);
        g_test_fail();
    }
    dfilter_free(filter);
    g_free(text);
}

/* A completion belongs to the key relay that it answers. */
static void test_ids(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        char *session = g_strdup_printf("{\"Session ID\":\"%s\"}", ids[i]);
        char *request = g_strdup_printf("{\"Response\":\"ok\",\"Key relay request ID\":\"%s\"}", ids[i]);
        char *named = g_strdup_printf("{\"Source KMA ID\":\"a\",\"Destination KMA ID\":\"b\",\"Keys\":["
                                      "{\"Key ID\":\"named\",\"Key\":\"AA==\"}],"
                                      "\"Key relay request ID\":\"%s\"}",
                                      ids[i]);
        char *unnamed = g_strdup_printf("{\"Source KMA ID\":\"a%s\",\"Destination KMA ID\":\"%sb\",\"Keys\":["
                                        "{\"Key ID\":\"%s\",\"Key\":\"AA==\"}]}",
                                        ids[i], ids[i], ids[i]);
        check("Kx session", 0x1103, session);
        check("Kx session", 0x1104, session);
        check("Kx key relay", 0x1101, named);
        check("Kx key relay", 0x1102, request);
        check("Kx key relay", 0x1101, unnamed);
        g_free(session);
        g_free(request);
        g_free(named);
        g_free(unnamed);
    }
    /* One that names neither end points nor itself has a number all the same. */
    check("Kx key relay", 0x1101, "{\"Keys\":[{\"Key ID\":\"k\",\"Key\":\"AA==\"}]}");
}

static void assert_not_offered(const char *name, unsigned command, const char *payload)
{
    char *text = offered(name, command, payload);

    g_assert_cmpstr(text, ==, NULL);
}

static void test_not_offered(void)
{
    assert_not_offered("Kx session", 0x1101, "{\"Key relay request ID\":\"r\"}");
    assert_not_offered("Kx session", 0x1103, "{}");
    assert_not_offered("Kx key relay", 0x1103, "{\"Session ID\":\"s\"}");
    assert_not_offered("Kx key relay", 0x1102, "{\"Response\":\"ok\"}");
}

#if KX_WIRESHARK_AT_LEAST(4, 6)
#define start_logging()              ws_log_init(NULL)
#define start_configuration(program) configuration_init(program)
#else
#define start_logging()              ws_log_init("test-conversation-filters", NULL)
#define start_configuration(program) configuration_init(program, NULL)
#endif

static void start(const char *program)
{
    g_setenv("HOME", "/nonexistent", TRUE);
    g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);
    g_setenv("WIRESHARK_CONFIG_DIR", "/nonexistent", TRUE);
    g_setenv("WIRESHARK_PLUGIN_DIR", "/nonexistent", TRUE);
    start_logging();
    init_process_policies();
    g_free(start_configuration(program));
    wtap_init(FALSE);
    plugin_register();
    if (!epan_init(NULL, NULL, FALSE))
        g_error("epan_init() fails");
    epan_load_settings();
}

int main(int argc, char **argv)
{
    static const struct packet_provider_funcs functions = {.get_frame_ts = get_frame_time};

    g_test_init(&argc, &argv, NULL);
    start(argv[0]);
    epan = epan_new(&capture, &functions);
    g_test_add_func("/conversation-filters/ids", test_ids);
    g_test_add_func("/conversation-filters/not-offered", test_not_offered);
    int status = g_test_run();
    epan_free(epan);
    epan_cleanup();
    wtap_cleanup();
    return status;
}
