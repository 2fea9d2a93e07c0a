#include "server/graphviz.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Input through a memory file, so that neither side can block the other. */
static int input_file(const char *text)
{
    int fd = memfd_create("dot", MFD_CLOEXEC);
    size_t length = strlen(text);
    if (fd >= 0 && (write(fd, text, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) != 0)) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

bool graphviz_svg(const char *dot, struct buf *out)
{
    int in = input_file(dot), ends[2];
    if (in < 0)
        return false;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        (void)close(in);
        return false;
    }
    posix_spawn_file_actions_t actions;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    char *const arguments[] = { (char *)"dot", (char *)"-Tsvg", NULL };
    pid_t child;
    bool started = posix_spawnp(&child, "dot", &actions, NULL, arguments, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(in);
    (void)close(ends[1]);
    char bytes[8192];
    ssize_t n;
    while (started && (n = read(ends[0], bytes, sizeof bytes)) > 0)
        buf_add(out, bytes, (size_t)n);
    (void)close(ends[0]);
    int status = 1;
    return started && waitpid(child, &status, 0) == child && status == 0 && out->length > 0;
}
