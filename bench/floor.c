/*
 * The floor under any OVSDB client: it sends ready-made requests to a unix socket and scans the replies for their last
 * byte. Nothing is parsed and nothing is kept, so what it takes is what the server and the kernel take.
 *
 *   floor SOCKET monitor REQUEST_FILE              connects, sends the file, reads one reply to its last byte
 *   floor SOCKET transact REQUESTS_FILE IN_FLIGHT  sends one request a line, IN_FLIGHT of them unanswered at most
 *   floor SOCKET transact REQUESTS_FILE 1 MONITOR  the same after the monitor request in the file MONITOR, whose reply
 *                                                  is not counted; an update then comes before each reply
 *   floor SOCKET plug VIFS_FILE MONITOR_FILE       sends the monitor request, which must ask for changed ofports of interfaces and
 *                                                  nothing else. VIFS_FILE has two lines for each transaction: the names of
 *                                                  its taps, and the request. Makes the taps, sends the request, waits
 *                                                  until each has its ofport; then the next.
 *   floor SOCKET unplug VIFS_FILE                  sends each request and deletes its taps, by group
 *
 * All print `seconds S` and `bytes N` (received); transact prints one `latency MICROSECONDS` a request, from the
 * system call that sent it to the last byte of its reply. plug and unplug print `cpu SECONDS` of their own, and one latency a VIF:
 * from the first system call for its transaction.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
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

/* Sends a request and reads its reply. Returns the bytes of that. */
static size_t ask(int fd, struct scan *scan, const char *request, size_t length) {
    size_t bytes = 0;
    send_all(fd, request, length);
    while (receive(fd, scan, &bytes) == 0) continue;
    return bytes;
}

static void start_monitor(int fd, struct scan *scan, const char *file) {
    size_t length;
    char *request = read_file(file, &length);
    ask(fd, scan, request, length);
    free(request);
}

static int monitor(const char *socket_path, const char *file) {
    size_t length;
    char *request = read_file(file, &length);
    struct scan scan = { 0 };
    double start = now();
    int fd = connect_to(socket_path);
    size_t bytes = ask(fd, &scan, request, length);
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
    if (monitor_file) start_monitor(fd, &scan, monitor_file);
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

/* Counts ofports in the bytes, whose text may come in pieces. */
static size_t scan_ofports(const char *bytes, size_t length) {
    static const char KEY[] = "\"ofport\":";
    static size_t matched;
    size_t found = 0;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (KEY[matched] == '\0') {
            matched = 0;
            if (c == '-') {
                fprintf(stderr, "floor: ovs-vswitchd could not open a tap\n");
                exit(1);
            }
            found += c >= '1' && c <= '9';
        } else {
            matched = c == KEY[matched] ? matched + 1 : c == KEY[0];
        }
    }
    return found;
}

static struct ifreq named(const char *name) {
    struct ifreq request = { 0 };
    if (strlen(name) >= IFNAMSIZ) {
        errno = ENAMETOOLONG;
        die(name);
    }
    strcpy(request.ifr_name, name);
    return request;
}

static void make_tap(int control, const char *name) {
    int fd = open("/dev/net/tun", O_RDWR);
    struct ifreq request = named(name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0 || ioctl(fd, TUNSETPERSIST, 1) < 0) die(name);
    close(fd);
    if (ioctl(control, SIOCGIFFLAGS, &request) < 0) die(name);
    request.ifr_flags |= IFF_UP;
    if (ioctl(control, SIOCSIFFLAGS, &request) < 0) die(name);
}

/* Asks rtnetlink for one thing about a group: to put a link into it, or to delete all that are in it. */
static void change_group(int netlink, int type, int index, unsigned group) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
        struct rtattr attribute;
        unsigned group;
    } request = {
        .header = { .nlmsg_len = sizeof request, .nlmsg_type = (unsigned short) type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
        .link = { .ifi_index = index },
        .attribute = { .rta_len = RTA_LENGTH(sizeof group), .rta_type = IFLA_GROUP },
        .group = group,
    };
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[512];
    } answer;
    if (send(netlink, &request, sizeof request, 0) < 0 || recv(netlink, &answer, sizeof answer, 0) < 0) die("rtnetlink");
    if (answer.header.nlmsg_type != NLMSG_ERROR || answer.error.error != 0) {
        errno = -answer.error.error;
        die("rtnetlink");
    }
}

static void delete_taps(int control, int netlink, char *const *names, size_t count) {
    const unsigned group = 0x666c6f6f;
    for (size_t i = 0; i < count; i++) {
        struct ifreq request = named(names[i]);
        if (ioctl(control, SIOCGIFINDEX, &request) < 0) die(names[i]);
        change_group(netlink, RTM_NEWLINK, request.ifr_ifindex, group);
    }
    change_group(netlink, RTM_DELLINK, 0, group);
}

static double processor(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Plugs, where there is a monitor's file, or unplugs. */
static int vifs(const char *socket_path, const char *file, const char *monitor_file) {
    size_t length, bytes = 0;
    char *text = read_file(file, &length);
    /* At most so many as there are letters. */
    char **names = calloc(length + 1, sizeof *names);
    double *took = calloc(length + 1, sizeof *took);
    int fd = connect_to(socket_path);
    int control = socket(AF_INET, SOCK_DGRAM, 0), netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    const struct timeval patience = { .tv_sec = 120 };
    if (!names || !took || control < 0 || netlink < 0) die("start");
    /* What the server refuses never gets an ofport. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0) die("setsockopt");
    struct scan scan = { 0 };
    if (monitor_file) start_monitor(fd, &scan, monitor_file);
    size_t all = 0;
    double cpu = processor(), start = now();
    for (char *line = text; *line;) {
        char *request = strchr(line, '\n') + 1, *end = strchr(request, '\n'), *left;
        size_t count = 0, answered = 0, opened = 0;
        request[-1] = '\0';
        double begin = now();
        for (char *name = strtok_r(line, " ", &left); name; name = strtok_r(NULL, " ", &left)) {
            if (monitor_file) make_tap(control, name);
            names[count++] = name;
        }
        send_all(fd, request, (size_t) (end - request));
        while (answered == 0 || (monitor_file && opened < count)) {
            size_t before = bytes;
            answered += receive(fd, &scan, &bytes);
            if (!monitor_file) continue;
            for (size_t found = scan_ofports(buffer, bytes - before); found > 0; found--, opened++)
                took[all + opened] = now() - begin;
        }
        if (!monitor_file) {
            delete_taps(control, netlink, names, count);
            for (size_t i = 0; i < count; i++) took[all + i] = now() - begin;
        }
        all += count;
        line = end + 1;
    }
    printf("seconds %.6f\nbytes %zu\ncpu %.6f\n", now() - start, bytes, processor() - cpu);
    for (size_t i = 0; i < all; i++) printf("latency %.2f\n", took[i] * 1e6);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 5 && strcmp(argv[2], "plug") == 0) return vifs(argv[1], argv[3], argv[4]);
    if (argc == 4 && strcmp(argv[2], "unplug") == 0) return vifs(argv[1], argv[3], NULL);
    if (argc == 4 && strcmp(argv[2], "monitor") == 0) return monitor(argv[1], argv[3]);
    const int in_flight = argc >= 5 && strcmp(argv[2], "transact") == 0 ? atoi(argv[4]) : 0;
    if (argc == 5 && in_flight > 0) return transact(argv[1], argv[3], (size_t) in_flight, NULL);
    if (argc == 6 && in_flight == 1) return transact(argv[1], argv[3], 1, argv[5]);
    fprintf(stderr, "usage: floor SOCKET monitor REQUEST_FILE\n       floor SOCKET transact REQUESTS_FILE IN_FLIGHT\n"
            "       floor SOCKET transact REQUESTS_FILE 1 MONITOR\n"
            "       floor SOCKET plug VIFS_FILE MONITOR_FILE\n       floor SOCKET unplug VIFS_FILE\n");
    return 2;
}
