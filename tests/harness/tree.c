/* Copies and removes directory trees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tree.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

static gboolean make_parents(const char *path, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);

    if (g_mkdir_with_parents(parent, 0755) == 0)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot make the folder %s", parent);
    return FALSE;
}

/* Not g_file_copy: it keeps a mode that may shut other users out. */
static gboolean copy_file(const char *from, const char *to, GError **error)
{
    g_autofree char *contents = NULL;
    gsize length;

    if (!make_parents(to, error) || !g_file_get_contents(from, &contents, &length, error) ||
        !g_file_set_contents(to, contents, (gssize)length, error))
        return FALSE;
    g_chmod(to, 0755);
    return TRUE;
}

static gboolean copy_directory(const char *from, const char *to, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(from, 0, error);
    const char *name;

    if (!dir)
        return FALSE;
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *source = g_build_filename(from, name, NULL);
        g_autofree char *target = g_build_filename(to, name, NULL);
        if (!tree_copy(source, target, error))
            return FALSE;
    }
    return TRUE;
}

gboolean tree_copy(const char *from, const char *to, GError **error)
{
    if (g_file_test(from, G_FILE_TEST_IS_DIR))
        return copy_directory(from, to, error);
    return copy_file(from, to, error);
}

static void remove_children(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        tree_remove(child);
    }
}

void tree_remove(const char *path)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
        remove_children(path);
    g_remove(path);
}
