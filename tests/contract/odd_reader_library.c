/* A reader maker's library that does not keep the interface; what is wrong with it is said when it is compiled. */
#include "changshou_reader.h"

int32_t csr_version(void) {
#ifdef OTHER_VERSION
    return CSR_VERSION + 1;
#else
    return CSR_VERSION;
#endif
}

int32_t csr_open(const char *port) { return port[0] == '\0' ? CSR_NO_READER : CSR_OK; }

int32_t csr_state(uint8_t *atr, int32_t room, int32_t *length) {
    (void)atr;
    *length = room + 1;
    return CSR_OK;
}

int32_t csr_connect(uint8_t *atr, int32_t room, int32_t *length, int32_t *protocol) {
    *protocol = CSR_T1;
    return csr_state(atr, room, length);
}

#ifndef WITHOUT_TRANSMIT
int32_t csr_transmit(const uint8_t *command, int32_t command_length, uint8_t *answer, int32_t room, int32_t *length) {
    (void)command, (void)command_length;
    return csr_state(answer, room, length);
}
#endif

int32_t csr_disconnect(int32_t power_down) { return power_down ? CSR_OK : CSR_FAILED; }

int32_t csr_close(void) { return CSR_OK; }
