/* Runs tshark with nothing of the user's: own home, own configuration, own plugins, no privileges.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tshark.h"
#include "kx-warm.h"
#include "process.h"
#include "tree.h"
#include "warm.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define UNPRIVILEGED     "65534"
#define UNPRIVILEGED_ID  65534
#define TIMEOUT          120
#define TIMEOUT_WRAPPED  7200 /* valgrind is slow */
#define SHOWN_ERROR_SIZE 2000

struct tshark {
    char *program;
    char *home; /* temporary; holds all of the following */
    char *plugins;
    char *work;   /* current directory of tshark */
    char *script; /* stands for tshark in a shell line */
    char **wrapper;
    gboolean drop;    /* run as another user than root */
    guint shared;     /* files copied so far */
    gboolean is_cold; /* each run has a start of its own */
    kx_warm *warm;    /* NULL: not started, or of no use any more */
    guint starts;
};

/* Wireshark reads no plugins from the environment when run by root, whence UNPRIVILEGED. */
static const char *const drop_privileges[] = {"setpriv", "--reuid=" UNPRIVILEGED, "--regid=" UNPRIVILEGED,
                                              "--clear-groups"};

/* Fixed variables; a dissector bug shall abort, and freed memory be overwritten. */
static const char *const fixed_variables[] = {
    "LC_ALL=C.UTF-8", "TZ=UTC", "WIRESHARK_ABORT_ON_DISSECTOR_BUG=1", "WIRESHARK_DEBUG_WMEM_OVERRIDE=strict"};

/* Variables of the test's own environment that instrumented builds need. */
static const char *const passed_variables[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS",     "LSAN_OPTIONS",
                                               "GCOV_PREFIX",  "GCOV_PREFIX_STRIP", "LLVM_PROFILE_FILE"};

static gboolean make_directory(const tshark_t *tshark, const char *name, char **path, GError **error)
{
    g_autofree char *made = g_build_filename(tshark->home, name, NULL);

    if (g_mkdir_with_parents(made, 0755) != 0 ||
        (tshark->drop && chown(made, UNPRIVILEGED_ID, UNPRIVILEGED_ID) != 0)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot make the folder %s", made);
        return FALSE;
    }
    if (path)
        *path = g_steal_pointer(&made);
    return TRUE;
}

/* The plugin may lie where only root can read (below /root), so another user gets a copy. */
static gboolean place_plugins(tshark_t *tshark, const char *plugins, GError **error)
{
    if (!tshark->drop) {
        tshark->plugins = g_canonicalize_filename(plugins, NULL);
        return TRUE;
    }
    tshark->plugins = g_build_filename(tshark->home, "plugins", NULL);
    return tree_copy(plugins, tshark->plugins, error);
}

static gboolean write_script(tshark_t *tshark, GError **error)
{
    g_autofree char *wrapper = g_strjoinv(" ", tshark->wrapper);
    g_autofree char *program = g_shell_quote(tshark->program);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\nexec %s %s \"$@\"\n", wrapper, program);

    tshark->script = g_build_filename(tshark->home, "bin", "tshark", NULL);
    if (!make_directory(tshark, "bin", NULL, error) || !g_file_set_contents(tshark->script, text, -1, error))
        return FALSE;
    g_chmod(tshark->script, 0755);
    return TRUE;
}

static gboolean make_home(tshark_t *tshark, const char *plugins, GError **error)
{
    tshark->home = g_dir_make_tmp("kx-test-XXXXXX", error);
    if (!tshark->home)
        return FALSE;
    g_chmod(tshark->home, 0755);
    return make_directory(tshark, "config", NULL, error) && make_directory(tshark, "xdg", NULL, error) &&
           make_directory(tshark, "extcap", NULL, error) &&
           make_directory(tshark, "work", &tshark->work, error) && place_plugins(tshark, plugins, error) &&
           write_script(tshark, error);
}

static gboolean find_program(tshark_t *tshark, const char *program, GError **error)
{
    tshark->program = g_find_program_in_path(program);
    if (tshark->program)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such program: %s", program);
    return FALSE;
}

static gboolean read_wrapper(tshark_t *tshark, GError **error)
{
    const char *wrapper = g_getenv("KX_TEST_WRAPPER");

    if (wrapper && *wrapper != '\0')
        return g_shell_parse_argv(wrapper, NULL, &tshark->wrapper, error);
    tshark->wrapper = g_new0(char *, 1);
    return TRUE;
}

tshark_t *tshark_new(const char *program, const char *plugins, GError **error)
{
    g_autoptr(tshark_t) tshark = g_new0(tshark_t, 1);

    tshark->drop = geteuid() == 0;
    if (!find_program(tshark, program, error) || !read_wrapper(tshark, error) ||
        !make_home(tshark, plugins, error))
        return NULL;
    tshark->is_cold = tshark->wrapper[0] || g_getenv("KX_TEST_COLD");
    return g_steal_pointer(&tshark);
}

void tshark_free(tshark_t *tshark)
{
    if (!tshark)
        return;
    warm_free(tshark->warm);
    if (tshark->home)
        tree_remove(tshark->home);
    g_free(tshark->program);
    g_free(tshark->home);
    g_free(tshark->plugins);
    g_free(tshark->work);
    g_free(tshark->script);
    g_strfreev(tshark->wrapper);
    g_free(tshark);
}

char *tshark_share(tshark_t *tshark, const char *path, GError **error)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *folder = g_strdup_printf("shared-%u", tshark->shared);
    g_autofree char *copy = g_build_filename(tshark->home, folder, name, NULL);

    if (!tshark->drop)
        return g_canonicalize_filename(path, NULL);
    tshark->shared++;
    return tree_copy(path, copy, error) ? g_steal_pointer(&copy) : NULL;
}

static gboolean provide_file(tshark_t *tshark, const char *root, const char *name, GError **error)
{
    g_autofree char *from = g_build_filename(root, name, NULL);
    g_autofree char *to = g_build_filename(tshark->work, name, NULL);

    if (*name == '\0' || g_path_is_absolute(name) || !g_file_test(from, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    return tree_copy(from, to, error);
}

gboolean tshark_provide(tshark_t *tshark, const char *root, char **arguments, GError **error)
{
    for (char **argument = arguments; *argument; argument++) {
        g_auto(GStrv) parts = g_strsplit_set(*argument, ":=", -1);
        for (char **part = parts; *part; part++)
            if (!provide_file(tshark, root, *part, error))
                return FALSE;
    }
    return TRUE;
}

static void add_all(GPtrArray *argv, const char *const *strings, gsize count)
{
    for (gsize i = 0; i < count; i++)
        g_ptr_array_add(argv, g_strdup(strings[i]));
}

static void add_variable(GPtrArray *argv, const char *name, const char *value)
{
    if (value)
        g_ptr_array_add(argv, g_strdup_printf("%s=%s", name, value));
}

/* `preload` comes after what the environment of the test says is to be preloaded: a sanitizer must be first. */
static void add_environment(const tshark_t *tshark, const char *preload, GPtrArray *argv)
{
    const char *home = tshark->home, *sanitizer = g_getenv("KX_TEST_PRELOAD");

    g_ptr_array_add(argv, g_strdup("env"));
    g_ptr_array_add(argv, g_strdup("-i"));
    g_ptr_array_add(argv, g_strdup_printf("PATH=%s/bin:/usr/local/bin:/usr/bin:/bin", home));
    g_ptr_array_add(argv, g_strdup_printf("HOME=%s", home));
    g_ptr_array_add(argv, g_strdup_printf("XDG_CONFIG_HOME=%s/xdg", home));
    g_ptr_array_add(argv, g_strdup_printf("WIRESHARK_CONFIG_DIR=%s/config", home));
    g_ptr_array_add(argv, g_strdup_printf("WIRESHARK_EXTCAP_DIR=%s/extcap", home));
    add_variable(argv, "WIRESHARK_PLUGIN_DIR", tshark->plugins);
    add_all(argv, fixed_variables, G_N_ELEMENTS(fixed_variables));
    if (sanitizer || preload)
        g_ptr_array_add(
            argv, g_strdup_printf("LD_PRELOAD=%s %s", sanitizer ? sanitizer : "", preload ? preload : ""));
    for (gsize i = 0; i < G_N_ELEMENTS(passed_variables); i++)
        add_variable(argv, passed_variables[i], g_getenv(passed_variables[i]));
}

/* Begins a command line that runs what is added to it hermetically. */
static GPtrArray *command_new(const tshark_t *tshark, const char *preload)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

    if (tshark->drop)
        add_all(argv, drop_privileges, G_N_ELEMENTS(drop_privileges));
    add_environment(tshark, preload, argv);
    return argv;
}

static char *quoted(const char *const *argv)
{
    GString *line = g_string_new(NULL);

    for (; *argv; argv++) {
        g_autofree char *word = g_shell_quote(*argv);
        g_string_append_printf(line, "%s ", word);
    }
    return g_string_free(line, FALSE);
}

static guint timeout_of(const tshark_t *tshark)
{
    return tshark->wrapper[0] ? TIMEOUT_WRAPPED : TIMEOUT;
}

/* Returns the output of a good run, else an error with the command. Clears the result. */
static char *take_output(process_result_t *result, const char *const *command, GError **error)
{
    char *output = NULL;

    if (!result->failure && *result->errors == '\0') {
        output = g_steal_pointer(&result->output);
    } else {
        g_autofree char *line = quoted(command);
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "tshark: %s\n  standard error: %.*s\n  command: %s",
                    result->failure ? result->failure : "wrote to standard error", SHOWN_ERROR_SIZE,
                    result->errors, line);
    }
    process_result_clear(result);
    return output;
}

/* The environment is left out of what a failure shows: it is the same for all commands. */
static char *run(tshark_t *tshark, GPtrArray *argv, guint shown_from, GError **error)
{
    process_result_t result = {0};

    g_ptr_array_add(argv, NULL);
    tshark->starts++;
    if (!process_run((const char *const *)argv->pdata, tshark->work, timeout_of(tshark), &result, error))
        return NULL;
    return take_output(&result, (const char *const *)argv->pdata + shown_from, error);
}

#ifdef KX_WARM_LIBRARY

/* Starts the tshark that serves many runs. Leaves none if that cannot be. */
static void warm_up(tshark_t *tshark)
{
    g_autofree char *library = g_build_filename(tshark->home, "kx-warm.so", NULL);
    g_autofree char *socket = g_strdup_printf(KX_WARM_SOCKET "=%d", WARM_SOCKET);
    g_autoptr(GPtrArray) argv = NULL;

    if (!tree_copy(KX_WARM_LIBRARY, library, NULL))
        return;
    argv = command_new(tshark, library);
    g_ptr_array_add(argv, g_strdup(socket));
    g_ptr_array_add(argv, g_strdup(tshark->program));
    g_ptr_array_add(argv, g_strdup("--version"));
    g_ptr_array_add(argv, NULL);
    tshark->starts++;
    tshark->warm = warm_new((const char *const *)argv->pdata, tshark->work, NULL);
}

#else

static void warm_up(tshark_t *tshark)
{
    (void)tshark;
}

#endif

/* Returns FALSE if it did not run: then it has to be started for this. */
static gboolean run_warm(tshark_t *tshark, const char *const *command, process_result_t *result)
{
    if (tshark->is_cold || !warm_takes(command + 1))
        return FALSE;
    if (!tshark->warm)
        warm_up(tshark);
    if (tshark->warm && warm_run(tshark->warm, command + 1, timeout_of(tshark), result)) {
        if (result->failure) /* it may have been ended */
            g_clear_pointer(&tshark->warm, warm_free);
        return TRUE;
    }
    g_clear_pointer(&tshark->warm, warm_free);
    tshark->is_cold = TRUE;
    return FALSE;
}

guint tshark_starts(const tshark_t *tshark)
{
    return tshark->starts;
}

char *tshark_run(tshark_t *tshark, const char *const *arguments, GError **error)
{
    g_autoptr(GPtrArray) command = g_ptr_array_new();
    process_result_t result = {0};

    g_ptr_array_add(command, tshark->program);
    /* tshark insists on -G being its first argument. */
    if (g_strcmp0(arguments[0], "-G") != 0)
        g_ptr_array_add(command, (gpointer) "-n");
    for (; *arguments; arguments++)
        g_ptr_array_add(command, (gpointer)*arguments);
    g_ptr_array_add(command, NULL);
    if (run_warm(tshark, (const char *const *)command->pdata, &result))
        return take_output(&result, (const char *const *)command->pdata, error);

    g_autoptr(GPtrArray) argv = command_new(tshark, NULL);
    guint begin = argv->len;
    add_all(argv, (const char *const *)tshark->wrapper, g_strv_length(tshark->wrapper));
    add_all(argv, (const char *const *)command->pdata, command->len - 1);
    return run(tshark, argv, begin, error);
}

char *tshark_shell(tshark_t *tshark, const char *line, GError **error)
{
    static const char *const shell[] = {"/bin/sh", "-c"};
    g_autoptr(GPtrArray) argv = command_new(tshark, NULL);
    guint begin = argv->len;

    add_all(argv, shell, G_N_ELEMENTS(shell));
    g_ptr_array_add(argv, g_strdup(line));
    return run(tshark, argv, begin, error);
}
