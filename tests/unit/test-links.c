/* test-links.c
 * Tests of what belongs together (plugin/core/kx-track.h): single rules, told by few messages. What is right was
 * written down by hand, from who sent what to whom. Whole networks: ../simulator.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "kx-standard.h"
#include "kx-track.h"

#define SECOND   1000000000LL
#define KEYS_MAX 8

/* What is sent, and between whom. Connections are one a pair of nodes, unless told otherwise. */
typedef struct {
    uint16_t command;
    unsigned from, to;                /* nodes */
    unsigned connection;              /* 0: that of the nodes */
    const char *request, *session;    /* a relay's request ID is "r", unless told otherwise */
    bool nameless;                    /* it has no request ID */
    const char *keys;                 /* a letter each */
    const char *source, *destination; /* "Tokyo" to "Osaka" */
    kx_verdict verdict;
    uint32_t id;    /* MessageID; 0: one of its own */
    unsigned after; /* seconds since the message before; at least a millisecond */
} sent;

static uint32_t frames;
static int64_t now;

static void begin(int64_t link_timeout)
{
    kx_track_forget();
    kx_track_start(&(kx_track_settings){link_timeout * SECOND, SECOND});
    frames = 0;
    now = 0;
}

static uint32_t hash_letters(const char *letters, uint64_t *hashes)
{
    uint32_t count = letters ? (uint32_t)strlen(letters) : 0;

    g_assert_cmpuint(count, <=, KEYS_MAX);
    for (uint32_t i = 0; i < count; i++)
        hashes[i] = (uint64_t)letters[i] * 0x9e3779b97f4a7c15u;
    return count;
}

/* Returns the frame. */
static uint32_t see(const sent *s)
{
    uint64_t keys[KEYS_MAX];
    bool forward = s->from < s->to;
    unsigned pair = forward ? s->from * 100 + s->to : s->to * 100 + s->from;
    bool ends = s->command == KX_KEY_RELAY_COMPLETION, relays = ends || s->command == KX_KEY_RELAY;
    kx_message m = {
        .acts_as = s->command,
        .source_kma_id = ends || s->session ? NULL
                         : s->source        ? s->source
                                            : "Tokyo",
        .destination_kma_id = ends || s->session ? NULL
                              : s->destination   ? s->destination
                                                 : "Osaka",
        .key_relay_request_id = s->nameless             ? NULL
                                : relays && !s->request ? "r"
                                                        : s->request,
        .session_id = s->session,
        .response = s->verdict == KX_FAILURE ? "no key" : NULL,
        .verdict = s->verdict,
        .key_ids = keys,
    };

    m.key_id_count = hash_letters(s->keys, keys);
    m.header.message_id = s->id ? s->id : 1000000 + frames * 1000;
    now += s->after ? s->after * SECOND : SECOND / 1000;
    frames++;
    kx_sighting sighting = {.frame = frames,
                            .time = now,
                            .from = {s->from, 0, false},
                            .to = {s->to, 0, false},
                            .connection = s->connection ? s->connection : pair,
                            .forward = forward,
                            .message = &m};
    kx_track_see(&sighting);
    return frames;
}

#define RELAY(...)    see(&(sent){.command = KX_KEY_RELAY, __VA_ARGS__})
#define ANSWER(...)   see(&(sent){.command = KX_KEY_RELAY_COMPLETION, .verdict = KX_SUCCESS, __VA_ARGS__})
#define REFUSAL(...)  see(&(sent){.command = KX_KEY_RELAY_COMPLETION, .verdict = KX_FAILURE, __VA_ARGS__})
#define INTERIM(...)  see(&(sent){.command = KX_KEY_RELAY_COMPLETION, .verdict = KX_INTERIM, __VA_ARGS__})
#define SUPPLY(...)   see(&(sent){.command = KX_KEY_SUPPLY, __VA_ARGS__})
#define SUPPLIED(...) see(&(sent){.command = KX_KEY_SUPPLY_RESPONSE, .verdict = KX_SUCCESS, __VA_ARGS__})

/* What is known of a frame in the end. */
static kx_links known(uint32_t frame)
{
    kx_links links;

    kx_track_complete();
    kx_track_ask(frame, 0, &links);
    return links;
}

static void test_repeat_on_another_connection(void)
{
    begin(60);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "a", .connection = 7);

    g_assert_cmpuint(known(two).repeat_of, ==, one);
    g_assert_cmpuint(known(two).hop, ==, 1);
}

static void test_newest_previous_hop(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    RELAY(.from = 1, .to = 3, .keys = "a");
    uint32_t before = RELAY(.from = 2, .to = 3, .keys = "a");
    uint32_t last = RELAY(.from = 3, .to = 4, .keys = "a");

    g_assert_cmpuint(known(last).previous_hop_in, ==, before);
    g_assert_cmpuint(known(last).hop, ==, 3);
}

static void test_previous_hop_as_last_sent(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t again = RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t next = RELAY(.from = 2, .to = 3, .keys = "a");

    g_assert_cmpuint(known(next).previous_hop_in, ==, again);
}

static void test_first_next_hop(void)
{
    begin(60);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t two = RELAY(.from = 2, .to = 3, .keys = "a");
    RELAY(.from = 2, .to = 4, .keys = "a");

    g_assert_cmpuint(known(one).next_hop_in, ==, two);
}

static void test_key_ids_in_any_order(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "ab");
    uint32_t two = RELAY(.from = 2, .to = 3, .keys = "ba");

    g_assert_cmpuint(known(two).hop, ==, 2);
}

static void test_several_previous_hops(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    RELAY(.from = 1, .to = 3, .keys = "a");
    uint32_t other = RELAY(.from = 5, .to = 6, .keys = "a");
    uint32_t next = RELAY(.from = 6, .to = 7, .keys = "a");

    g_assert_cmpuint(known(other).hop, ==, 0);
    g_assert_cmpuint(known(next).hop, ==, 0);
}

static void test_batch_of_many_hops(void)
{
    begin(60);
    for (unsigned node = 1; node < 30; node++)
        RELAY(.from = node, .to = node + 1, .keys = "a");
    uint32_t branch = RELAY(.from = 25, .to = 40, .keys = "a");
    uint32_t again = RELAY(.from = 25, .to = 26, .keys = "a");

    g_assert_cmpuint(known(branch).repeat_of, ==, 0);
    g_assert_cmpuint(known(branch).hop, ==, 25);
    g_assert_cmpuint(known(again).repeat_of, ==, 25);
}

static void test_key_ids_changed_on_the_way(void)
{
    begin(60);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t two = RELAY(.from = 2, .to = 3, .keys = "b");

    g_assert_cmpuint(known(two).inconsistent, ==, KX_OTHER_KEY_IDS);
    g_assert_cmpuint(known(two).inconsistent_with, ==, one);
    g_assert_cmpuint(known(two).hop, ==, 2);
}

static void test_another_request_changes_nothing(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    RELAY(.from = 7, .to = 8, .keys = "c", .request = "q", .source = "Kyoto");
    uint32_t two = RELAY(.from = 2, .to = 3, .keys = "b", .request = "q");

    g_assert_cmpuint(known(two).inconsistent, ==, 0);
    g_assert_cmpuint(known(two).hop, ==, 1);
}

static void test_what_goes_back_changes_nothing(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t two = RELAY(.from = 2, .to = 1, .keys = "b");

    g_assert_cmpuint(known(two).inconsistent, ==, 0);
    g_assert_cmpuint(known(two).hop, ==, 1);
}

static void test_what_went_on_is_not_changed(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t other = RELAY(.from = 2, .to = 3, .keys = "b");
    RELAY(.from = 2, .to = 3, .keys = "a");

    g_assert_cmpuint(known(other).inconsistent, ==, 0);
    g_assert_cmpuint(known(other).hop, ==, 1);
}

static void test_a_source_changes_nothing(void)
{
    begin(60);
    RELAY(.from = 2, .to = 3, .keys = "c");
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t other = RELAY(.from = 2, .to = 3, .keys = "b");

    g_assert_cmpuint(known(other).inconsistent, ==, 0);
    g_assert_cmpuint(known(other).hop, ==, 1);
}

static void test_answer_on_the_connection(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a", .connection = 5);
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "b", .connection = 6);
    uint32_t answer = ANSWER(.from = 2, .to = 1, .connection = 6);

    g_assert_cmpuint(known(answer).response_to, ==, two);
    g_assert_false(known(answer).uncertain);
}

static void test_oldest_open_message(void)
{
    begin(60);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "b");
    uint32_t first = ANSWER(.from = 2, .to = 1), second = ANSWER(.from = 2, .to = 1);

    g_assert_cmpuint(known(first).response_to, ==, one);
    g_assert_cmpuint(known(second).response_to, ==, two);
}

static void test_marked_where_several_are_open(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "b");
    uint32_t answer = ANSWER(.from = 2, .to = 1);

    g_assert_true(known(answer).uncertain);
    g_assert_true(known(two).uncertain);
}

static void test_newest_where_none_is_open(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    ANSWER(.from = 2, .to = 1);
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "b");
    ANSWER(.from = 2, .to = 1);
    uint32_t answer = ANSWER(.from = 2, .to = 1);

    g_assert_cmpuint(known(answer).response_to, ==, two);
}

static void test_end_to_end_closes_hops(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    RELAY(.from = 2, .to = 3, .keys = "a");
    ANSWER(.from = 3, .to = 1);
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "b");
    uint32_t answer = ANSWER(.from = 2, .to = 1);

    g_assert_cmpuint(known(answer).response_to, ==, two);
}

static void test_interim_answers(void)
{
    begin(60);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "b");
    uint32_t first = INTERIM(.from = 2, .to = 1), second = INTERIM(.from = 2, .to = 1);

    g_assert_cmpuint(known(first).response_to, ==, one);
    g_assert_cmpuint(known(second).response_to, ==, two);
}

static void test_both_ends_fit(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    RELAY(.from = 2, .to = 3, .keys = "a");
    uint32_t two = RELAY(.from = 1, .to = 4, .keys = "b");
    RELAY(.from = 4, .to = 5, .keys = "b");
    uint32_t answer = ANSWER(.from = 5, .to = 1);

    g_assert_cmpuint(known(answer).response_to, ==, two);
    g_assert_false(known(answer).uncertain);
}

static void test_echo_from_end_to_end(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    RELAY(.from = 2, .to = 3, .keys = "a");
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "b");
    RELAY(.from = 2, .to = 3, .keys = "b", .id = 77);
    uint32_t answer = ANSWER(.from = 3, .to = 1, .id = 77);

    g_assert_cmpuint(known(answer).response_to, ==, two);
    g_assert_false(known(answer).uncertain);
}

static void test_an_end_point_in_common(void)
{
    begin(60);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t answer = ANSWER(.from = 9, .to = 8);

    g_assert_cmpuint(known(answer).response_to, ==, one);
}

static void test_no_end_point_in_common(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    RELAY(.from = 4, .to = 5, .keys = "b", .source = "Kyoto", .destination = "Nara");
    uint32_t answer = ANSWER(.from = 9, .to = 8);

    g_assert_cmpuint(known(answer).response_to, ==, 0);
}

static void test_what_is_old_is_not_answered(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t two = RELAY(.from = 1, .to = 2, .keys = "b", .after = 100);
    uint32_t answer = ANSWER(.from = 2, .to = 1);

    g_assert_cmpuint(known(answer).response_to, ==, two);
    g_assert_false(known(answer).uncertain);
}

static void test_answer_before_what_it_answers(void)
{
    begin(60);
    uint32_t answer = ANSWER(.from = 2, .to = 1);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");

    g_assert_cmpuint(known(answer).response_to, ==, one);
    g_assert_cmpint(known(answer).response_time, <, 0);
}

static void test_success_is_shared_before_failure(void)
{
    begin(60);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");
    RELAY(.from = 2, .to = 3, .keys = "a");
    RELAY(.from = 1, .to = 2, .keys = "b");
    RELAY(.from = 2, .to = 3, .keys = "b", .id = 77);
    RELAY(.from = 1, .to = 2, .keys = "c");
    RELAY(.from = 2, .to = 3, .keys = "c", .id = 99);
    uint32_t success = ANSWER(.from = 3, .to = 1, .id = 99);
    REFUSAL(.from = 3, .to = 1, .id = 77);

    g_assert_cmpuint(known(one).response_in, ==, success);
}

static void test_detour_after_a_failure(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t failed = RELAY(.from = 2, .to = 3, .keys = "a");
    REFUSAL(.from = 3, .to = 2);
    RELAY(.from = 2, .to = 4, .keys = "a");
    ANSWER(.from = 4, .to = 2);
    RELAY(.from = 4, .to = 5, .keys = "a");

    g_assert_cmpint(known(failed).relay_result, ==, KX_RELAY_OPEN);
}

static void test_other_way_before_a_failure(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t failed = RELAY(.from = 2, .to = 3, .keys = "a");
    RELAY(.from = 2, .to = 4, .keys = "a");
    REFUSAL(.from = 3, .to = 2);
    ANSWER(.from = 4, .to = 2);
    RELAY(.from = 4, .to = 5, .keys = "a");

    g_assert_cmpint(known(failed).relay_result, ==, KX_RELAY_FAILURE);
    g_assert_cmpuint(known(failed).failed_hop, ==, 2);
}

static void test_success_on_the_way_to_a_failure(void)
{
    begin(60);
    RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t failed = RELAY(.from = 2, .to = 3, .keys = "a");
    REFUSAL(.from = 3, .to = 2);
    RELAY(.from = 1, .to = 2, .keys = "a");
    ANSWER(.from = 2, .to = 1);

    g_assert_cmpint(known(failed).relay_result, ==, KX_RELAY_FAILURE);
    g_assert_cmpuint(known(failed).failed_hop, ==, 2);
}

static void test_supplies_between_other_nodes(void)
{
    begin(60);
    SUPPLY(.from = 1, .to = 2, .session = "s");
    uint32_t two = SUPPLY(.from = 3, .to = 4, .session = "s");
    uint32_t three = SUPPLY(.from = 3, .to = 5, .session = "s");
    uint32_t answer = SUPPLIED(.from = 4, .to = 3, .session = "s");

    g_assert_cmpuint(known(answer).response_to, ==, two);
    g_assert_cmpuint(known(three).repeat_of, ==, 0);
}

static void test_supply_answered_from_elsewhere(void)
{
    begin(60);
    uint32_t one = SUPPLY(.from = 1, .to = 2, .session = "s");
    uint32_t answer = SUPPLIED(.from = 9, .to = 8, .session = "s");

    g_assert_cmpuint(known(answer).response_to, ==, one);
}

static void test_session_begun_anew(void)
{
    begin(60);
    SUPPLY(.from = 1, .to = 2, .session = "s");
    SUPPLIED(.from = 2, .to = 1, .session = "s");
    uint32_t later = SUPPLY(.from = 1, .to = 2, .session = "s", .after = 100);

    g_assert_cmpuint(known(later).repeat_of, ==, 0);
}

static void test_supplied_before_the_request(void)
{
    begin(60);
    uint32_t answer = SUPPLIED(.from = 2, .to = 1, .session = "s");
    uint32_t one = SUPPLY(.from = 1, .to = 2, .session = "s");

    g_assert_cmpuint(known(answer).response_to, ==, one);
}

static void test_supply_by_messageid(void)
{
    begin(60);
    uint32_t one = SUPPLY(.from = 1, .to = 2, .id = 77);
    uint32_t answer = SUPPLIED(.from = 2, .to = 1, .id = 77);

    g_assert_cmpuint(known(answer).response_to, ==, one);
}

static void test_key_ids_relayed_again(void)
{
    begin(60);
    uint32_t one = RELAY(.from = 1, .to = 2, .keys = "a");
    uint32_t hop = RELAY(.from = 2, .to = 3, .keys = "a");
    uint32_t elsewhere = RELAY(.from = 1, .to = 2, .keys = "a", .request = "q", .destination = "Nara");
    uint32_t again = RELAY(.from = 1, .to = 2, .keys = "a", .request = "p");

    g_assert_cmpuint(known(hop).reused_keys, ==, 0);
    g_assert_cmpuint(known(elsewhere).reused_keys, ==, 0);
    g_assert_cmpuint(known(again).reused_keys, ==, 1);
    g_assert_cmpuint(known(again).reused_key_in, ==, one);
}

static void test_key_ids_supplied_again(void)
{
    begin(60);
    SUPPLY(.from = 1, .to = 2, .session = "s");
    uint32_t one = SUPPLIED(.from = 2, .to = 1, .session = "s", .keys = "a");
    uint32_t same = SUPPLIED(.from = 2, .to = 1, .session = "s", .keys = "a");
    SUPPLY(.from = 3, .to = 4, .session = "t");
    uint32_t elsewhere = SUPPLIED(.from = 4, .to = 3, .session = "t", .keys = "a");
    SUPPLY(.from = 1, .to = 2, .session = "u");
    uint32_t again = SUPPLIED(.from = 2, .to = 1, .session = "u", .keys = "a");

    g_assert_cmpuint(known(same).supplied_again, ==, 0);
    g_assert_cmpuint(known(elsewhere).supplied_again, ==, 0);
    g_assert_cmpuint(known(again).supplied_again, ==, 1);
    g_assert_cmpuint(known(again).supplied_again_in, ==, one);
}

/* Node 2 received the relay, and tells node 9, its source, which the capture does not show otherwise: with no request
 * ID, and the MessageID that its own counter has reached. */
static void test_unplaced_answer_of_the_receiver(void)
{
    begin(60);
    uint32_t relay = RELAY(.from = 1, .to = 2, .keys = "a", .nameless = true, .id = 5);
    ANSWER(.from = 2, .to = 9, .nameless = true, .id = 77);

    g_assert_false(known(relay).response_missing);
}

static void test_answer_missing(void)
{
    begin(60);
    uint32_t relay = RELAY(.from = 1, .to = 2, .keys = "a", .nameless = true, .id = 5);
    ANSWER(.from = 3, .to = 9, .nameless = true, .id = 77);

    g_assert_true(known(relay).response_missing);
}

static const struct {
    const char *name;
    void (*test)(void);
} tests[] = {
    {"/links/repeat on another connection", test_repeat_on_another_connection},
    {"/links/newest previous hop", test_newest_previous_hop},
    {"/links/previous hop as last sent", test_previous_hop_as_last_sent},
    {"/links/first next hop", test_first_next_hop},
    {"/links/Key IDs in any order", test_key_ids_in_any_order},
    {"/links/several previous hops", test_several_previous_hops},
    {"/links/batch of many hops", test_batch_of_many_hops},
    {"/links/Key IDs changed on the way", test_key_ids_changed_on_the_way},
    {"/links/another request changes nothing", test_another_request_changes_nothing},
    {"/links/what goes back changes nothing", test_what_goes_back_changes_nothing},
    {"/links/what went on is not changed", test_what_went_on_is_not_changed},
    {"/links/a source changes nothing", test_a_source_changes_nothing},
    {"/links/answer on the connection", test_answer_on_the_connection},
    {"/links/oldest open message", test_oldest_open_message},
    {"/links/marked where several are open", test_marked_where_several_are_open},
    {"/links/newest where none is open", test_newest_where_none_is_open},
    {"/links/end to end closes hops", test_end_to_end_closes_hops},
    {"/links/interim answers", test_interim_answers},
    {"/links/both ends fit", test_both_ends_fit},
    {"/links/echo from end to end", test_echo_from_end_to_end},
    {"/links/an end point in common", test_an_end_point_in_common},
    {"/links/no end point in common", test_no_end_point_in_common},
    {"/links/what is old is not answered", test_what_is_old_is_not_answered},
    {"/links/answer before what it answers", test_answer_before_what_it_answers},
    {"/links/success is shared before failure", test_success_is_shared_before_failure},
    {"/links/detour after a failure", test_detour_after_a_failure},
    {"/links/other way before a failure", test_other_way_before_a_failure},
    {"/links/success on the way to a failure", test_success_on_the_way_to_a_failure},
    {"/links/unplaced answer of the receiver", test_unplaced_answer_of_the_receiver},
    {"/links/answer missing", test_answer_missing},
    {"/links/supplies between other nodes", test_supplies_between_other_nodes},
    {"/links/supply answered from elsewhere", test_supply_answered_from_elsewhere},
    {"/links/session begun anew", test_session_begun_anew},
    {"/links/supplied before the request", test_supplied_before_the_request},
    {"/links/supply by MessageID", test_supply_by_messageid},
    {"/links/Key IDs relayed again", test_key_ids_relayed_again},
    {"/links/Key IDs supplied again", test_key_ids_supplied_again},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_func(tests[i].name, tests[i].test);
    return g_test_run();
}
