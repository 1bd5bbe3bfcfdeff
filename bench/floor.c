/*
 * The floor under any OVSDB client: it sends ready-made requests to a unix socket and scans the replies for their last
 * byte. Nothing is parsed and nothing is kept, so what it takes is what the server and the kernel take.
 *
 *   floor SOCKET monitor REQUEST_FILE              connects, sends the file, reads one reply to its last byte
 *   floor SOCKET transact REQUESTS_FILE IN_FLIGHT  sends one request a line, IN_FLIGHT of them unanswered at most
 *   floor SOCKET transact REQUESTS_FILE 1 MONITOR  the same after the monitor request in the file MONITOR, whose reply
 *                                                  is not counted; an update then comes before each reply
 *
 * Both print `seconds S` and `bytes N` (received); transact prints one `latency MICROSECONDS` a request, from the
 * system call that sent it to the last byte of its reply.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}

static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) die(path);
    *length = (size_t) ftell(file);
    rewind(file);
    char *text = malloc(*length + 1);
    if (!text || fread(text, 1, *length, file) != *length) die(path);
    fclose(file);
    text[*length] = '\0';
    return text;
}

static int connect_to(const char *path) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        die(path);
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof address) < 0) die(path);
    return fd;
}

static void send_all(int fd, const char *text, size_t length) {
    while (length > 0) {
        ssize_t n = write(fd, text, length);
        if (n < 0) die("write");
        text += n;
        length -= (size_t) n;
    }
}

/* Where the scan of the byte stream is: brackets count outside strings only. */
struct scan {
    int depth;
    bool in_string, escaped;
};

/* How many messages end in the bytes. */
static size_t scan_bytes(struct scan *scan, const char *bytes, size_t length) {
    size_t ended = 0;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (scan->in_string) {
            if (scan->escaped) scan->escaped = false;
            else if (c == '\\') scan->escaped = true;
            else if (c == '"') scan->in_string = false;
        } else if (c == '"') {
            scan->in_string = true;
        } else if (c == '{' || c == '[') {
            scan->depth++;
        } else if ((c == '}' || c == ']') && --scan->depth == 0) {
            ended++;
        }
    }
    return ended;
}

static char buffer[256 * 1024];

static size_t receive(int fd, struct scan *scan, size_t *bytes) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0) die("read");
    if (n == 0) {
        fprintf(stderr, "floor: the server closed the connection\n");
        exit(1);
    }
    *bytes += (size_t) n;
    return scan_bytes(scan, buffer, (size_t) n);
}

static int monitor(const char *socket_path, const char *file) {
    size_t length, bytes = 0;
    char *request = read_file(file, &length);
    struct scan scan = { 0 };
    double start = now();
    int fd = connect_to(socket_path);
    send_all(fd, request, length);
    while (receive(fd, &scan, &bytes) == 0) continue;
    printf("seconds %.6f\nbytes %zu\n", now() - start, bytes);
    return 0;
}

static int transact(const char *socket_path, const char *file, size_t in_flight, const char *monitor_file) {
    size_t length, count = 0, bytes = 0, messages = 0;
    char *text = read_file(file, &length);
    for (size_t i = 0; i < length; i++) count += text[i] == '\n';
    size_t *begin = calloc(count + 1, sizeof *begin);
    double *sent_at = calloc(count, sizeof *sent_at), *took = calloc(count, sizeof *took);
    if (!begin || !sent_at || !took) die("memory");
    for (size_t i = 0, line = 0; i < length; i++) if (text[i] == '\n') begin[++line] = i + 1;

    int fd = connect_to(socket_path);
    struct scan scan = { 0 };
    if (monitor_file) {
        size_t monitor_length;
        char *request = read_file(monitor_file, &monitor_length);
        send_all(fd, request, monitor_length);
        while (receive(fd, &scan, &bytes) == 0) continue;
        bytes = 0;
    }
    const size_t each = monitor_file ? 2 : 1;
    size_t sent = 0, answered = 0;
    double start = now(), moment = start;
    while (answered < count) {
        size_t next = answered + in_flight < count ? answered + in_flight : count;
        if (next > sent) {
            for (size_t i = sent; i < next; i++) sent_at[i] = moment;
            send_all(fd, text + begin[sent], begin[next] - begin[sent]);
            sent = next;
        }
        messages += receive(fd, &scan, &bytes);
        moment = now();
        for (; messages >= each; messages -= each, answered++) took[answered] = moment - sent_at[answered];
    }
    printf("seconds %.6f\nbytes %zu\n", now() - start, bytes);
    for (size_t i = 0; i < count; i++) printf("latency %.2f\n", took[i] * 1e6);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[2], "monitor") == 0) return monitor(argv[1], argv[3]);
    const int in_flight = argc >= 5 && strcmp(argv[2], "transact") == 0 ? atoi(argv[4]) : 0;
    if (argc == 5 && in_flight > 0) return transact(argv[1], argv[3], (size_t) in_flight, NULL);
    if (argc == 6 && in_flight == 1) return transact(argv[1], argv[3], 1, argv[5]);
    fprintf(stderr, "usage: floor SOCKET monitor REQUEST_FILE\n       floor SOCKET transact REQUESTS_FILE IN_FLIGHT\n"
            "       floor SOCKET transact REQUESTS_FILE 1 MONITOR\n");
    return 2;
}
