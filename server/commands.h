/* Commands that work on the database without a running server. Layer: server. */
#ifndef AFTERCARE_COMMANDS_H
#define AFTERCARE_COMMANDS_H

#include "engine/engine.h"

struct person_options {
    const char *login, *name, *roles, *department, *password; /* roles: space-separated; NULL: not given */
};

/* The way in on an empty database: makes a person with a password (printed when it was not given). Exit status. */
int command_person_add(const struct engine *engine, PGconn *connection, const struct person_options *options);
/* Makes an API key for the person with that sign-in name and prints it, once. Exit status. */
int command_key_add(PGconn *connection, const struct person_options *options);

/* The password's argon2id hash stored for a person. */
bool set_password(PGconn *connection, const char *person_id, const char *password);
/* 16 characters that can be read aloud. */
void new_password(char out[17]);

#endif
