/* kx-measure.c
 * Compares what commands cost as whole processes, run in turn so that a machine's drift hits all alike.
 *
 * usage: kx-measure RUNS COMMAND_A COMMAND_B
 *        kx-measure --each RUNS COMMAND ...
 * Each command is a line for /bin/sh; what it prints is thrown away. The first form runs each once before, uncounted,
 * and prints, separated by tabs: the median CPU seconds of A and of B, the median of the ratios A/B pair by pair, the
 * median peak memory of A and of B in KiB (of the largest process), and their ratio. The second one prints a line for
 * each command: the median CPU seconds and the median peak memory in KiB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUNS_MAX     101
#define COMMANDS_MAX 8

typedef struct {
    double seconds[RUNS_MAX];
    double peak[RUNS_MAX];
} costs;

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static void run(const char *command, costs *measured, int at)
{
    struct rusage usage;
    int status;
    pid_t child = fork();

    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "kx-measure: failed: %s\n", command);
        exit(1);
    }
    measured->seconds[at] = seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime);
    measured->peak[at] = (double)usage.ru_maxrss;
}

static int compare(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;

    return (difference > 0) - (difference < 0);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void print_pair(costs *a, costs *b, int runs)
{
    double ratios[RUNS_MAX] = {0};

    for (int i = 0; i < runs; i++)
        ratios[i] = a->seconds[i] / b->seconds[i];
    double memory_a = median(a->peak, runs), memory_b = median(b->peak, runs);
    printf("%.3f\t%.3f\t%.2f\t%.0f\t%.0f\t%.2f\n", median(a->seconds, runs), median(b->seconds, runs),
           median(ratios, runs), memory_a, memory_b, memory_a / memory_b);
}

int main(int argc, char **argv)
{
    static costs measured[COMMANDS_MAX];
    bool each = argc > 1 && strcmp(argv[1], "--each") == 0;
    char **commands = argv + 2 + each;
    int runs = argc > 1 + each ? atoi(argv[1 + each]) : 0, count = argc - 2 - each;

    if (runs < 1 || runs > RUNS_MAX || count < 1 || count > COMMANDS_MAX || (!each && count != 2)) {
        fprintf(stderr, "usage: kx-measure RUNS COMMAND_A COMMAND_B\n"
                        "       kx-measure --each RUNS COMMAND ...\n");
        return 2;
    }
    for (int c = 0; c < count && !each; c++)
        run(commands[c], &measured[c], 0);
    for (int i = 0; i < runs; i++)
        for (int c = 0; c < count; c++)
            run(commands[c], &measured[c], i);
    for (int c = 0; c < count && each; c++)
        printf("%.3f\t%.0f\n", median(measured[c].seconds, runs), median(measured[c].peak, runs));
    if (!each)
        print_pair(&measured[0], &measured[1], runs);
    return 0;
}
