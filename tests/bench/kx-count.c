/* kx-count.c
 * Preloaded into tshark under callgrind, it has the instructions counted from the first packet that is read to the end
 * of the capture: without tshark's start, which costs as much as some thousand packets.
 *
 * usage: LD_PRELOAD=kx-count.so valgrind --tool=callgrind --instr-atstart=no tshark ...
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

/* As libwiretap declares them; what the parameters point to does not matter here. */
typedef int read_function(void *file, void *record, void *buffer, int *error, char **error_text,
                          void *offset);
typedef void close_function(void *file);

read_function wtap_read;
close_function wtap_close;

int wtap_read(void *file, void *record, void *buffer, int *error, char **error_text, void *offset)
{
    static read_function *next;

    if (!next) {
        *(void **)&next = dlsym(RTLD_NEXT, "wtap_read");
        CALLGRIND_START_INSTRUMENTATION;
    }
    return next(file, record, buffer, error, error_text, offset);
}

void wtap_close(void *file)
{
    close_function *next;

    CALLGRIND_STOP_INSTRUMENTATION;
    *(void **)&next = dlsym(RTLD_NEXT, "wtap_close");
    next(file);
}
