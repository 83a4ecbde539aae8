/* Interface of a reader's library, version 1: what Changshou asks of a reader that only its maker's library speaks to.
 *
 * Plain C, __cdecl, one reader per process, one call at a time, always from the same thread. Every function answers
 * CSR_OK or another of the codes; lengths are bytes. Explained in docs/card-profiles.md.
 */
#ifndef CHANGSHOU_READER_H
#define CHANGSHOU_READER_H

#include <stdint.h>

#ifdef _WIN32
#define CSR_API __declspec(dllexport)
#else
#define CSR_API __attribute__((visibility("default")))
#endif

#define CSR_VERSION 1

#define CSR_OK 0
#define CSR_NO_READER 1 /* not connected, or gone */
#define CSR_NO_CARD 2
#define CSR_CARD_MUTE 3 /* a card that gives no answer to reset */
#define CSR_BUSY 4      /* another program holds the reader or the card */
#define CSR_FAILED 5    /* anything else; of csr_transmit: the card may have carried the command out */

#define CSR_T0 0
#define CSR_T1 1

/* Version of this interface: CSR_VERSION. */
CSR_API int32_t csr_version(void);

/* Opens the reader. port: UTF-8, as the workstation's configuration has it, "" for the only one. */
CSR_API int32_t csr_open(const char *port);

/* CSR_OK and the answer to reset where a card lies in the reader. Changes nothing on the card. At most 0.1 s. */
CSR_API int32_t csr_state(uint8_t *atr, int32_t room, int32_t *length);

/* Powers the card anew and holds it; protocol: CSR_T0 or CSR_T1 (storage and memory cards: CSR_T1). */
CSR_API int32_t csr_connect(uint8_t *atr, int32_t room, int32_t *length, int32_t *protocol);

/* One command APDU, one answer with its two status bytes. No GET RESPONSE, no repetition, no reset of its own. Once the
 * card was out of the reader, every call fails until the next csr_connect. */
CSR_API int32_t csr_transmit(const uint8_t *command, int32_t command_length, uint8_t *answer, int32_t room,
                             int32_t *length);

/* Lets go of the card; power_down other than 0: and takes its power away. */
CSR_API int32_t csr_disconnect(int32_t power_down);

/* Lets go of the reader. */
CSR_API int32_t csr_close(void);

#endif
