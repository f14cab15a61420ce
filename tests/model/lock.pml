/* The lock of one controller as a lease: it may expire at any moment while its holder goes on.
 * A holder writes in three steps that are not atomic together: it looks at its lease, it looks at the file's signature,
 * it renames. What must hold:
 *   - two tokens never hold the lock together (the lock's value is one token);
 *   - only the token's owner frees it, and the fence grows with each taking;
 *   - a document that was based on an old file never takes the place of a newer one: no update is lost.
 *
 * The clock that expires leases runs on all machines at one rate, so a holder knows when its lease may have ended
 * (Lock::check_lease) and the rename follows that look within the lease's safety margin: look and rename are one step here.
 * -DNO_FENCING takes both looks out: then spin must find a lost update.
 */
#define HOLDERS 3
#define FREE 0
#ifdef NO_FENCING
#define ALLOWED true
#else
#define ALLOWED (lock == token && file == based_on)
#endif

byte lock = FREE;       /* token: the holder's number */
byte fence = 0;
byte file = 0;          /* number of updates that the file contains */
byte renames = 0;

proctype Holder(byte token) {
    byte based_on, my_fence;

    atomic { lock == FREE -> lock = token; fence++; my_fence = fence }    /* lock_take */
    based_on = file;                                                      /* load under the lock */
    atomic {                                                              /* look at lease and signature, rename */
        if
        :: ALLOWED ->
            file = based_on + 1;
            renames++;
            assert(file == renames);                                      /* no update was lost */
            assert(my_fence <= fence)
        :: else
        fi
    }
    atomic { if :: lock == token -> lock = FREE :: else fi }              /* lock_free: compare and delete */
}

/* The time to live runs out, or an operator frees the lock by force. */
proctype Expiry() {
    byte times = 0;
    do
    :: atomic { times < 2 && lock != FREE -> lock = FREE; times++ }
    :: break
    od
}

init {
    byte i = 1;
    atomic {
        do :: i <= HOLDERS -> run Holder(i); i++ :: else -> break od;
        run Expiry()
    }
}
