/* A reader maker's library for the tests: carries every call to the test over a socket, and hangs or dies if told to. */
#include "changshou_reader.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int line = -1;

static int all(int reading, uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t moved = reading ? recv(line, bytes, count, 0) : send(line, bytes, count, 0);
        if (moved <= 0) return 0;
        bytes += moved;
        count -= (size_t)moved;
    }
    return 1;
}

/* One letter, two bytes of length, bytes; back: result, two bytes of length, bytes. */
static int32_t ask(char letter, const uint8_t *sent, int32_t count, uint8_t *got, int32_t room, int32_t *length) {
    uint8_t head[3] = {(uint8_t)letter, (uint8_t)(count >> 8), (uint8_t)count};
    uint8_t bytes[512];
    if (line < 0 || !all(0, head, 3) || !all(0, (uint8_t *)sent, (size_t)count) || !all(1, head, 3)) return CSR_NO_READER;
    int32_t coming = head[1] << 8 | head[2];
    if (coming > (int32_t)sizeof bytes || !all(1, bytes, (size_t)coming)) return CSR_FAILED;
    if (head[0] == 99) abort();
    if (length != NULL) {
        if (coming > room) return CSR_FAILED;
        memcpy(got, bytes, (size_t)coming);
        *length = coming;
    }
    return head[0];
}

int32_t csr_version(void) { return CSR_VERSION; }

int32_t csr_open(const char *port) {
    struct sockaddr_in at = {0};
    int on = 1;
    printf("opening %s\n", port); /* makers' libraries chatter */
    fflush(stdout);
    at.sin_family = AF_INET;
    at.sin_port = htons((uint16_t)atoi(port));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(line, (struct sockaddr *)&at, sizeof at) != 0) return CSR_NO_READER;
    setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return CSR_OK;
}

int32_t csr_state(uint8_t *atr, int32_t room, int32_t *length) { return ask('S', NULL, 0, atr, room, length); }

int32_t csr_connect(uint8_t *atr, int32_t room, int32_t *length, int32_t *protocol) {
    int32_t result = ask('C', NULL, 0, atr, room, length);
    if (result != CSR_OK) return result;
    *protocol = *length > 1 && (atr[1] & 0x80) ? CSR_T1 : CSR_T0;
    return CSR_OK;
}

int32_t csr_transmit(const uint8_t *command, int32_t command_length, uint8_t *answer, int32_t room, int32_t *length) {
    return ask('T', command, command_length, answer, room, length);
}

int32_t csr_disconnect(int32_t power_down) { return ask(power_down ? 'P' : 'D', NULL, 0, NULL, 0, NULL); }

int32_t csr_close(void) { return close(line); }
