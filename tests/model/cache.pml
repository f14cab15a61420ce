/* The cache of one controller: writers replace the file and publish, readers look, read the file and fill.
 * File and cache hold versions; a reader that has seen a writer told "done" must not get less than that writer's version,
 * even when it believes the cache without looking at the file.
 *
 * Each atomic block is one script in Redis or one system call (prep/store/scripts/cache_*.lua).
 * -DNO_GENERATION_CHECK takes the check out of the fill: then spin must find a stale read.
 */
#define WRITERS 2
#define READERS 2
#define NONE 255

byte file = 0;          /* version in the file */
byte cache = NONE;      /* version in the cache */
byte generation = 0;
byte completed = 0;     /* greatest version whose writer was told that it is done */
bool locked = false;

proctype Writer() {
    byte version;
    atomic { !locked -> locked = true }
    version = file + 1;
    file = version;                                     /* rename */
    if
    :: atomic { generation++; cache = version }         /* cache_publish: dump */
    :: atomic { generation++; cache = NONE }            /* the directory's fsync failed, or an invalidation */
    fi;
    completed = version;
    locked = false
}

proctype Invalidator() {                                /* another task's completion, or an operator */
    atomic { generation++; cache = NONE }
}

proctype Reader() {
    byte wanted, seen, got;
    byte turns = 0;
    do
    :: turns < 2 ->
        turns++;
        wanted = completed;
        atomic { got = cache; seen = generation }       /* cache_look */
        if
        :: got == NONE ->
            got = file;                                 /* read the file */
            atomic {                                    /* cache_fill */
                if
#ifdef NO_GENERATION_CHECK
                :: true -> cache = got
#else
                :: seen == generation -> cache = got
                :: else
#endif
                fi
            }
        :: else
        fi;
        assert(got >= wanted)
    :: else -> break
    od
}

init {
    byte i = 0;
    atomic {
        do :: i < WRITERS -> run Writer(); i++ :: else -> break od;
        i = 0;
        do :: i < READERS -> run Reader(); i++ :: else -> break od;
        run Invalidator()
    }
}
