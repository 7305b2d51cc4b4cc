/* A Kx message: header and parameters (Appendix I, Tables 1 to 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_MESSAGE_H
#define KX_LIVE_MESSAGE_H

#include <json-glib/json-glib.h>

enum command {
    KEY_RELAY = 0x1101,
    KEY_RELAY_COMPLETION = 0x1102,
    KEY_SUPPLY = 0x1103,
    KEY_SUPPLY_RESPONSE = 0x1104,
};

/* The names of the parameters, as the tables have them. */
#define SOURCE_KMA_ID        "Source KMA ID"
#define DESTINATION_KMA_ID   "Destination KMA ID"
#define TRANSIT_KMA_IDS      "Transit KMA IDs"
#define KEYS                 "Keys"
#define KEY_ID               "Key ID"
#define KEY                  "Key"
#define KEY_EXTENSION        "Key extension"
#define KEY_RELAY_REQUEST_ID "Key relay request ID"
#define EXTENSION            "Extension"
#define RESPONSE             "Response"
#define SESSION_ID           "Session ID"
#define NUMBER_OF_KEYS       "Number of keys"
#define SIZE_OF_KEY          "Size of key"

typedef struct {
    guint16 version;
    guint32 id;
    enum command command;
    JsonObject *parameters; /* named as above, whatever their spelling on the wire */
} kx_message_t;

void kx_message_clear(kx_message_t *message);

const char *message_string(const kx_message_t *message, const char *name);

#endif
