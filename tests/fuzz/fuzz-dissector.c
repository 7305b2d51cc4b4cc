/* fuzz-dissector.c
 * Feeds the whole dissector, inside epan, frames with any bytes as TCP payload, as records of TLS or as
 * exported PDUs, cut as the input says: two passes with columns, the tree visible, hidden or absent, then
 * everything is forgotten. The verdict is the sanitizers', and epan's own: a dissector bug aborts. Besides, whatever is
 * shown has to be printable, and, with KX_FUZZ_PASSES in the environment, both passes have to find the same messages in
 * each frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "kx-compat.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <epan/column.h>
#include <epan/column-info.h>
#include <epan/conversation.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/exported_pdu.h>
#include <epan/frame_data.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#include "cut.h"
#include "kx-report.h"

enum {
    HEADERS = 40,
    FRAMES_MAX = 2 * (CUT_SEGMENTS_MAX + 1),
    SYN = 0x02,
    ACK = 0x10,
    PSH = 0x08,
    FIN = 0x01
};

/* What the first byte of an input turns on. */
enum {
    TREE = 0x01,
    VISIBLE = 0x02,
    OUT_OF_ORDER = 0x04,  /* tcp.reassemble_out_of_order */
    NO_REASSEMBLY = 0x08, /* kx.desegment off */
    KNOWN_PORT = 0x10,    /* the port is in kx.tcp.port */
    NO_JSON = 0x20,       /* kx.json_subtree off */
    RECORDS = 0x40,       /* each segment is a record of TLS */
    EXPORTED = 0x80       /* each segment is an exported PDU */
};

enum { PORT = 7100, RECORDS_PORT = 7101, CLIENT_PORT = 49152 };

/* A frame of the capture that an input stands for. */
typedef struct {
    frame_data data;
    uint8_t *bytes;
    unsigned captured, length;
    GByteArray *messages[2]; /* in each pass: what was said of them */
} frame;

struct packet_provider_data {
    frame *frames;
    unsigned count;
};

static column_info columns;
static unsigned mode; /* of the current input */
static unsigned pass;
static frame *current; /* is dissected */

void plugin_register(void);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- preferences ---- */

static void set_preference(const char *setting)
{
    char *copy = g_strdup(setting), *message = NULL;

    if (prefs_set_pref(copy, &message) != PREFS_SET_OK)
        g_error("%s: %s", setting, message ? message : "not set");
    g_free(copy);
}

static void set_preferences(void)
{
    static unsigned before = ~0U;
    unsigned now = mode & (OUT_OF_ORDER | NO_REASSEMBLY | KNOWN_PORT | NO_JSON);

    if (now == before)
        return;
    before = now;
    set_preference(mode & OUT_OF_ORDER ? "tcp.reassemble_out_of_order:TRUE"
                                       : "tcp.reassemble_out_of_order:FALSE");
    set_preference(mode & NO_REASSEMBLY ? "kx.desegment:FALSE" : "kx.desegment:TRUE");
    set_preference(mode & KNOWN_PORT ? "kx.tcp.port:7100" : "kx.tcp.port:");
    set_preference(mode & NO_JSON ? "kx.json_subtree:FALSE" : "kx.json_subtree:TRUE");
    prefs_apply_all();
}

/* Nothing of the user's; every block from malloc(), where the sanitizer sees its end; and dissector bugs that
 * would become an expert info abort. */
static void set_environment(void)
{
    g_setenv("HOME", "/nonexistent", 1);
    g_setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    g_setenv("WIRESHARK_CONFIG_DIR", "/nonexistent", 1);
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", 1);
    g_setenv("WIRESHARK_ABORT_ON_DISSECTOR_BUG", "1", 1);
}

/* ---- records ----
 * TLS as the dissectors above it see it, but that nothing is encrypted, and that TCP puts records together. */

static heur_dissector_list_t tls_heuristics;
static int proto_of_session; /* under whose number a conversation keeps whose the session is */

/* Whose the session is; points to NULL while that is not known. */
static dissector_handle_t *app_handle(packet_info *pinfo)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    dissector_handle_t *app =
        (dissector_handle_t *)conversation_get_proto_data(conversation, proto_of_session);

    if (!app) {
        app = wmem_new0(wmem_file_scope(), dissector_handle_t);
        conversation_add_proto_data(conversation, proto_of_session, app);
    }
    return app;
}

static bool try_heuristics(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, dissector_handle_t *app)
{
    heur_dtbl_entry_t *entry;
#if KX_WIRESHARK_AT_LEAST(4, 4)
    struct tlsinfo data = {.app_handle = app};
    return dissector_try_heuristic(tls_heuristics, tvb, pinfo, tree, &entry, &data);
#else
    return dissector_try_heuristic(tls_heuristics, tvb, pinfo, tree, &entry, app);
#endif
}

static int dissect_tls_record(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    dissector_handle_t *app = app_handle(pinfo);

    if (*app)
        call_dissector(*app, tvb, pinfo, tree);
    else if (!try_heuristics(tvb, pinfo, tree, app))
        call_data_dissector(tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

static void register_records(void)
{
    proto_of_session = proto_get_id_by_filter_name("data");
    tls_heuristics = find_heur_dissector_list("tls");
    dissector_add_uint("tcp.port", RECORDS_PORT,
                       create_dissector_handle_with_name_and_description(dissect_tls_record,
                                                                         proto_get_id_by_filter_name("tls"),
                                                                         "records", "TLS in the clear"));
}

/* ---- both passes ---- */

#define SAID 8 /* numbers of each message */

/* What does not depend on other frames. */
static tap_packet_status note_message(void *tap_data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                      const void *data, tap_flags_t flags _U_)
{
    const kx_report *report = (const kx_report *)data;
    const kx_message *m = &report->message;
    const unsigned said[SAID] = {report->ordinal,        report->length,   m->header.command_code,
                                 m->header.message_id,   m->header.length, m->transit_count,
                                 (unsigned)m->key_count, m->verdict};

    g_byte_array_append(current->messages[pass], (const guint8 *)said, sizeof said);
    return TAP_PACKET_DONT_REDRAW;
}

static void show_messages(const frame *f)
{
    for (unsigned i = 0; i < 2; i++) {
        const unsigned *said = (const unsigned *)f->messages[i]->data;
        g_printerr("frame %u, pass %u:", f->data.num, i + 1);
        for (unsigned j = 0; j < f->messages[i]->len / sizeof *said; j++)
            g_printerr("%s %x", j % SAID == 0 ? ";" : "", said[j]);
        g_printerr("\n");
    }
}

static void check_passes(const frame *f)
{
    const GByteArray *one = f->messages[0], *two = f->messages[1];

    if (!g_getenv("KX_FUZZ_PASSES"))
        return;
    if (one->len != two->len || (one->len > 0 && memcmp(one->data, two->data, one->len) != 0)) {
        show_messages(f);
        g_error("The passes find different messages.");
    }
}

/* ---- what is shown ---- */

static void check_text(const char *text, const char *where)
{
    if (!g_utf8_validate(text, -1, NULL))
        g_error("%s is not UTF-8: %s", where, g_strescape(text, ""));
    for (const char *at = text; *at; at = g_utf8_next_char(at))
        if (!g_unichar_isprint(g_utf8_get_char(at)))
            g_error("%s holds what cannot be printed: %s", where, g_strescape(text, ""));
}

static void check_label(proto_node *node, gpointer data)
{
    field_info *item = PNODE_FINFO(node);
    char label[ITEM_LABEL_LENGTH];

    if (item && g_str_has_prefix(item->hfinfo->abbrev, "kx")) {
        if (!item->rep)
            proto_item_fill_label(item, label);
        check_text(item->rep ? item->rep->representation : label, item->hfinfo->abbrev);
    }
    proto_tree_children_foreach(node, check_label, data);
}

static void check_shown(epan_dissect_t *edt)
{
    for (unsigned i = 0; i < columns.num_cols; i++)
        if (columns.columns[i].col_data)
            check_text(columns.columns[i].col_data, columns.columns[i].col_title);
    if (edt->tree && mode & VISIBLE)
        proto_tree_children_foreach(edt->tree, check_label, NULL);
}

/* ---- start ---- */

int LLVMFuzzerInitialize(int *argc _U_, char ***argv)
{
    set_environment();
    ws_log_init("fuzz-dissector", NULL);
    init_process_policies();
    g_free(configuration_init((*argv)[0], NULL));
    wtap_init(FALSE);
    plugin_register();
    if (!epan_init(NULL, NULL, FALSE))
        g_error("epan_init() fails");
    register_records();
    if (register_tap_listener("kx", &columns, NULL, TL_REQUIRES_NOTHING, NULL, note_message, NULL, NULL))
        g_error("There is no tap.");
    build_column_format_array(&columns, epan_load_settings()->num_cols, TRUE);
    return 0;
}

/* ---- frames ---- */

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

/* IPv4 and TCP headers; no checksums, which are not verified by default. */
static void put_headers(uint8_t *at, unsigned length, const cut_segment *segment, unsigned tcp_flags,
                        uint32_t sequence)
{
    bool server = segment->flags & CUT_SERVER;
    unsigned client_port = segment->flags & CUT_SECOND ? CLIENT_PORT + 1 : CLIENT_PORT;
    unsigned server_port = mode & RECORDS ? RECORDS_PORT : PORT;

    memset(at, 0, HEADERS);
    at[0] = 0x45;
    put16(at + 2, length);
    at[8] = 64;
    at[9] = 6;
    put32(at + 12, server ? 0xc0000202 : 0xc0000201);
    put32(at + 16, server ? 0xc0000201 : 0xc0000202);
    put16(at + 20, server ? server_port : client_port);
    put16(at + 22, server ? client_port : server_port);
    put32(at + 24, sequence);
    at[32] = 5 << 4;
    at[33] = (uint8_t)tcp_flags;
    put16(at + 34, 0xffff);
}

/* The header of an exported PDU: which dissector it is for, and that nothing more is said of it. */
static void put_tags(uint8_t *at, const cut_segment *segment)
{
    static const struct {
        unsigned tag;
        const char *name;
    } targets[] = {{EXP_PDU_TAG_DISSECTOR_NAME, "kx"},
                   {EXP_PDU_TAG_DISSECTOR_NAME, "kx.tls"},
                   {EXP_PDU_TAG_HEUR_DISSECTOR_NAME, "kx_tcp"},
                   {EXP_PDU_TAG_HEUR_DISSECTOR_NAME, "kx_tls"}};
    unsigned target = segment->flags / CUT_SERVER % G_N_ELEMENTS(targets);

    memset(at, 0, HEADERS);
    put16(at, targets[target].tag);
    put16(at + 2, HEADERS - 8); /* the name is padded with NUL; then the end of the tags */
    memcpy(at + 4, targets[target].name, strlen(targets[target].name));
}

static int encapsulation(void)
{
    return mode & EXPORTED ? WTAP_ENCAP_WIRESHARK_UPPER_PDU : WTAP_ENCAP_RAW_IP;
}

static wtap_rec describe(const frame *f, nstime_t time)
{
    wtap_rec record = {
        .rec_type = REC_TYPE_PACKET, .presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN, .ts = time};

    record.rec_header.packet_header.caplen = f->captured;
    record.rec_header.packet_header.len = f->length;
    record.rec_header.packet_header.pkt_encap = encapsulation();
    return record;
}

static void add_frame(struct packet_provider_data *capture, const cut_stream *stream,
                      const cut_segment *segment, unsigned tcp_flags, uint32_t sequence)
{
    size_t payload = tcp_flags & SYN ? 0 : segment->to - segment->from;
    frame *f = &capture->frames[capture->count++];

    f->length = (unsigned)(HEADERS + payload);
    f->captured = (unsigned)(segment->flags & CUT_SHORTENED ? HEADERS + payload / 2 : f->length);
    f->bytes = (uint8_t *)g_malloc(f->captured);
    if (mode & EXPORTED)
        put_tags(f->bytes, segment);
    else
        put_headers(f->bytes, f->length, segment, tcp_flags, sequence);
    memcpy(f->bytes + HEADERS, stream->bytes + segment->from, f->captured - HEADERS);
    wtap_rec record = describe(f, (nstime_t){1767225600, (int)capture->count * 1000});
    frame_data_init(&f->data, capture->count, &record, 0, 0);
    f->messages[0] = g_byte_array_new();
    f->messages[1] = g_byte_array_new();
}

static void make_frames(struct packet_provider_data *capture, const cut_stream *stream)
{
    uint32_t next[4] = {1001, 2001, 3001, 4001};

    for (unsigned i = 0; i < stream->count; i++) {
        const cut_segment *segment = &stream->segments[i];
        unsigned flags = segment->flags, direction = (flags & (CUT_SERVER | CUT_SECOND)) / CUT_SERVER;
        unsigned tcp_flags = ACK | (flags & CUT_PUSH ? PSH : 0) | (flags & CUT_FIN ? FIN : 0);
        uint32_t length = (uint32_t)(segment->to - segment->from);
        if ((flags & CUT_OPENS) && !(mode & EXPORTED))
            add_frame(capture, stream, segment, SYN, next[direction] - 1);
        if (!(flags & CUT_HIDDEN) && length <= 65535 - HEADERS)
            add_frame(capture, stream, segment, tcp_flags, next[direction]);
        next[direction] += flags & CUT_AGAIN ? length / 2 : length;
    }
}

/* ---- a capture ---- */

/* epan_new() reads the names of services, vendors and enterprises from files, 60 ms and 18 MB each time that
 * are never given back. While it does, there are no files. */
static bool without_files;

FILE *fopen(const char *path, const char *mode)
{
    static FILE *(*real)(const char *, const char *);

    if (without_files) {
        errno = ENOENT;
        return NULL;
    }
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fopen");
    return real(path, mode);
}

static const nstime_t *get_frame_time(struct packet_provider_data *capture, guint32 number)
{
    return number > 0 && number <= capture->count ? &capture->frames[number - 1].data.abs_ts : NULL;
}

static epan_t *open_capture(struct packet_provider_data *capture)
{
    static const struct packet_provider_funcs functions = {.get_frame_ts = get_frame_time};

    without_files = true;
    epan_t *epan = epan_new(capture, &functions);
    without_files = false;
    return epan;
}

/* ---- dissection ---- */

static void dissect_frame(epan_t *epan, frame *f, nstime_t *elapsed, const frame_data **first,
                          const frame_data *previous)
{
    epan_dissect_t *edt = epan_dissect_new(epan, (mode & TREE) != 0, (mode & VISIBLE) != 0);
    wtap_rec record = describe(f, f->data.abs_ts);

    frame_data_set_before_dissect(&f->data, elapsed, first, previous);
    epan_dissect_run_with_taps(edt, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &record,
                               tvb_new_real_data(f->bytes, f->captured, (gint)f->length), &f->data, &columns);
    epan_dissect_fill_in_columns(edt, FALSE, FALSE);
    check_shown(edt);
    epan_dissect_free(edt);
}

static void dissect_all(struct packet_provider_data *capture)
{
    epan_t *epan = open_capture(capture);

    for (pass = 0; pass < 2; pass++) {
        nstime_t elapsed = NSTIME_INIT_ZERO;
        const frame_data *first = NULL, *previous = NULL;
        guint32 bytes = 0;
        for (unsigned i = 0; i < capture->count; i++) {
            current = &capture->frames[i];
            dissect_frame(epan, current, &elapsed, &first, previous);
            frame_data_set_after_dissect(&current->data, &bytes);
            previous = &current->data;
        }
    }
    epan_free(epan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    frame frames[FRAMES_MAX];
    struct packet_provider_data capture = {frames, 0};
    cut_stream stream;

    if (size < 2)
        return 0;
    mode = data[0];
    cut_read(data + 1, size - 1, &stream);
    make_frames(&capture, &stream);
    set_preferences();
    dissect_all(&capture);
    for (unsigned i = 0; i < capture.count; i++) {
        check_passes(&frames[i]);
        frame_data_destroy(&frames[i].data);
        g_byte_array_unref(frames[i].messages[0]);
        g_byte_array_unref(frames[i].messages[1]);
        g_free(frames[i].bytes);
    }
    return 0;
}
