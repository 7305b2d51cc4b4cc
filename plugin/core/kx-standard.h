/* kx-standard.h
 * What ITU-T Q.4163 lists, as data: the commands of Table I.1, and the parameters of Tables 1 to 4 (clause 8).
 *
 * Whatever else depends on them follows from here: names and their spellings, fields, value strings, findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STANDARD_H
#define KX_STANDARD_H

#include <stdbool.h>
#include <stdint.h>

/* CommandCodes (Table I.1). */
#define KX_KEY_RELAY            0x1101
#define KX_KEY_RELAY_COMPLETION 0x1102
#define KX_KEY_SUPPLY           0x1103
#define KX_KEY_SUPPLY_RESPONSE  0x1104

/* The tables of clause 8, and what stands for a table where there is none. */
typedef enum {
    KX_TABLE_1,
    KX_TABLE_1_KEYS, /* the part of Table 1 that describes one key file */
    KX_TABLE_2,
    KX_TABLE_3,
    KX_TABLE_4,
    KX_NO_TABLE, /* of a command that is not listed: it may hold anything, and nothing is missed */
    KX_NO_TABLE_KEYS,
    KX_TABLES
} kx_table_number;

typedef enum { KX_STRING, KX_INTEGER, KX_OBJECT, KX_ARRAY_OF_OBJECTS } kx_data_type;

/* How a parameter's value is shown. */
typedef enum {
    KX_AS_TEXT,
    KX_AS_KMA_ID,
    KX_AS_KMA_IDS,
    KX_AS_KEYS,
    KX_AS_KEY_ID,
    KX_AS_KEY,
    KX_AS_INTEGER,
    KX_AS_OBJECT,
    KX_AS_OBJECTS,
    KX_AS_RESPONSE,
    KX_DISPLAYS
} kx_display;

#define KX_IN(table) (UINT32_C(1) << (table))
#define KX_NOWHERE   UINT32_C(0)

/* The tables of any message, and the parts of tables that describe a key file. */
#define KX_IN_MESSAGES                                                                                       \
    (KX_IN(KX_TABLE_1) | KX_IN(KX_TABLE_2) | KX_IN(KX_TABLE_3) | KX_IN(KX_TABLE_4) | KX_IN(KX_NO_TABLE))
#define KX_IN_KEY_FILES (KX_IN(KX_TABLE_1_KEYS) | KX_IN(KX_NO_TABLE_KEYS))

/* The parameters, in an order that all tables follow. One row each:
 *     parameter, its name, type, how it is shown, its field ("kx." in front), the field's label,
 *     the tables in which it is mandatory, those in which it is optional, what the field is about. */
/* clang-format off */
#define KX_PARAMETER_ROWS(ROW, argument) \
    ROW(argument, KX_SOURCE_KMA_ID, "Source KMA ID", KX_STRING, KX_AS_KMA_ID, "source_kma_id", "Source KMA ID", \
        KX_IN(KX_TABLE_1), KX_IN(KX_NO_TABLE), "KMA at which the whole key relay begins (Table 1)") \
    ROW(argument, KX_DESTINATION_KMA_ID, "Destination KMA ID", KX_STRING, KX_AS_KMA_ID, \
        "destination_kma_id", "Destination KMA ID", \
        KX_IN(KX_TABLE_1), KX_IN(KX_NO_TABLE), "KMA at which the whole key relay ends (Table 1)") \
    ROW(argument, KX_TRANSIT_KMA_IDS, "Transit KMA IDs", KX_STRING, KX_AS_KMA_IDS, \
        "transit_kma_id", "Transit KMA ID", \
        KX_NOWHERE, KX_IN(KX_TABLE_1) | KX_IN(KX_NO_TABLE), "One KMA of the relay nodes on the route (Table 1)") \
    ROW(argument, KX_KEYS, "Keys", KX_ARRAY_OF_OBJECTS, KX_AS_KEYS, "keys", "Keys", \
        KX_IN(KX_TABLE_1), KX_IN(KX_NO_TABLE), "Key files (Table 1)") \
    ROW(argument, KX_SESSION_ID, "Session ID", KX_STRING, KX_AS_TEXT, "session_id", "Session ID", \
        KX_IN(KX_TABLE_3) | KX_IN(KX_TABLE_4), KX_IN(KX_NO_TABLE), "Names the key supply (Tables 3 and 4)") \
    ROW(argument, KX_NUMBER_OF_KEYS, "Number of keys", KX_INTEGER, KX_AS_INTEGER, \
        "number_of_keys", "Number of keys", \
        KX_NOWHERE, KX_IN(KX_TABLE_3) | KX_IN(KX_NO_TABLE), "KSA-keys to supply (Table 3)") \
    ROW(argument, KX_SIZE_OF_KEY, "Size of key", KX_INTEGER, KX_AS_INTEGER, "size_of_key", "Size of key", \
        KX_NOWHERE, KX_IN(KX_TABLE_3) | KX_IN(KX_NO_TABLE), "Length of each KSA-key (Table 3)") \
    ROW(argument, KX_KEY_ID, "Key ID", KX_STRING, KX_AS_KEY_ID, "key.id", "Key ID", \
        KX_IN(KX_TABLE_1_KEYS) | KX_IN(KX_TABLE_4), KX_IN(KX_NO_TABLE) | KX_IN(KX_NO_TABLE_KEYS), \
        "ID of a KMA-key (Table 1) or of a KSA-key (Table 4)") \
    ROW(argument, KX_KEY, "Key", KX_STRING, KX_AS_KEY, "key.data", "Key", \
        KX_IN(KX_TABLE_1_KEYS), KX_IN(KX_NO_TABLE_KEYS), "Key data as transmitted (Table 1)") \
    ROW(argument, KX_KEY_EXTENSION, "Key extension", KX_OBJECT, KX_AS_OBJECT, "key.extension", "Key extension", \
        KX_NOWHERE, KX_IN_KEY_FILES, "Metadata of a key file (Table 1)") \
    ROW(argument, KX_RESPONSE, "Response", KX_STRING, KX_AS_RESPONSE, "response", "Response", \
        KX_IN(KX_TABLE_2) | KX_IN(KX_TABLE_4), KX_IN(KX_NO_TABLE), "Success, or why not (Tables 2 and 4)") \
    ROW(argument, KX_KEY_RELAY_REQUEST_ID, "Key relay request ID", KX_STRING, KX_AS_TEXT, \
        "key_relay_request_id", "Key relay request ID", \
        KX_NOWHERE, KX_IN(KX_TABLE_1) | KX_IN(KX_TABLE_2) | KX_IN(KX_NO_TABLE), \
        "Names the key relay (Tables 1 and 2)") \
    ROW(argument, KX_EXTENSION, "Extension", KX_ARRAY_OF_OBJECTS, KX_AS_OBJECTS, "extension", "Extension", \
        KX_NOWHERE, KX_IN_MESSAGES, "One element of Extension (Tables 1 to 4)")
/* clang-format on */

#define KX_FIRST_OF_ROW(argument, parameter, ...) parameter,
typedef enum {
    KX_PARAMETER_ROWS(KX_FIRST_OF_ROW, ) KX_PARAMETERS,
    KX_NO_PARAMETER = KX_PARAMETERS
} kx_parameter;

/* A set of parameters has a bit for each. */
#define KX_SET_OF(parameter) (UINT32_C(1) << (parameter))

typedef struct {
    const char *name; /* in the standard's words */
    kx_data_type type;
    kx_display display;
    const char *field;
    const char *label;
    const char *about;
} kx_parameter_row;

typedef struct {
    const char *title;          /* as it is cited in findings */
    uint32_t listed, mandatory; /* sets of parameters */
    kx_table_number key_files;  /* the table of an entry of its Keys */
} kx_parameter_table;

typedef struct {
    uint16_t code;
    const char *name;
    const char *brief;     /* the same in fewer words */
    uint16_t answers;      /* the CommandCode of what it answers; 0: it asks */
    kx_table_number table; /* its parameters */
    uint16_t acts_as;      /* the CommandCode of Table I.1 that it counts as; 0: none */
} kx_command;

extern const kx_parameter_row kx_parameter_rows[KX_PARAMETERS];
extern const kx_parameter_table kx_parameter_tables[KX_TABLES];

/* Table I.1, and a last row whose code is 0. */
extern const kx_command kx_commands[];

/* The row of a CommandCode in Table I.1, or among those that were added; that last one, without a name, if there is
 * none. It stays until kx_commands_forget(). */
const kx_command *kx_command_of(uint16_t code);

/* Whether Table I.1 lists the code. */
bool kx_command_is_standard(uint16_t code);

/* Whether the code is one between key managers that is listed, or was added: what it takes to recognise Kx. */
bool kx_command_code_known(uint16_t code);

/* Adds a private CommandCode. command: its name must stay until kx_commands_forget(). */
void kx_commands_add(const kx_command *command);
void kx_commands_forget(void);

/* The name of a CommandCode; NULL if it has none. */
const char *kx_command_name(uint16_t code);

/* The standard's name of a parameter, e.g. "Source KMA ID". Static memory. */
const char *kx_parameter_name(kx_parameter parameter);

#endif
