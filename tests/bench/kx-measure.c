/* kx-measure.c
 * Compares what two commands cost as whole processes, run in turn so that a machine's drift hits both alike. Each
 * runs once before, uncounted.
 *
 * usage: kx-measure RUNS COMMAND_A COMMAND_B
 * Each command is a line for /bin/sh; what it prints is thrown away. Prints, separated by tabs: the median CPU seconds
 * of A and of B, the median of the ratios A/B pair by pair, the median peak memory of A and of B in KiB (of the
 * largest process), and their ratio.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUNS_MAX 101

typedef struct {
    double seconds;
    double peak;
} cost;

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static cost run(const char *command)
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
    return (cost){seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime), (double)usage.ru_maxrss};
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

int main(int argc, char **argv)
{
    double a[RUNS_MAX], b[RUNS_MAX], ratios[RUNS_MAX], peak_a[RUNS_MAX], peak_b[RUNS_MAX];
    int runs = argc == 4 ? atoi(argv[1]) : 0;

    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: kx-measure RUNS COMMAND_A COMMAND_B\n");
        return 2;
    }
    run(argv[2]);
    run(argv[3]);
    for (int i = 0; i < runs; i++) {
        cost one = run(argv[2]), other = run(argv[3]);
        a[i] = one.seconds;
        b[i] = other.seconds;
        ratios[i] = one.seconds / other.seconds;
        peak_a[i] = one.peak;
        peak_b[i] = other.peak;
    }
    double memory_a = median(peak_a, runs), memory_b = median(peak_b, runs);
    printf("%.3f\t%.3f\t%.2f\t%.0f\t%.0f\t%.2f\n", median(a, runs), median(b, runs), median(ratios, runs),
           memory_a, memory_b, memory_a / memory_b);
    return 0;
}
