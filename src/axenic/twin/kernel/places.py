"""Where everything lies in the image: the header, and the fields of each kind of record.

A name with one capital before it is a field of that record: Z zone, U unit, C carrier, K chamber, G program,
N crossing, S step, O operation, P phase, Q check, L limit, R rule, I material, V reservation, T test, B batch, Y a
batch's own item, X transfer, W want, E outstanding order, F a batch's floats, A a row that comes out. H is the header.
"""

from __future__ import annotations

# header ---------------------------------------------------------------------------------------------------------
(
    H_AT,
    H_SERIAL,
    H_ORDERS,
    H_RUNS,
    H_TOKENS,
    H_STIRRED,
    H_FULL,
    H_LIVE,
    H_OUT,
    H_WATCHES,
    H_QUIET,
    H_K0,
    H_K1,
    H_FREE_WANT,
    H_LIMBO_WANT,
    H_FREE_BATCH,
    H_FREE_TRANSFER,
    H_FREE_ENTRY,
    H_CLOSED,  # batches that are closed and may be taken again
    H_POST_HEAD,
    H_POST_TAIL,
    H_POSTS,
    H_POSTS_ROOM,
    H_QUEUES,
    H_QUEUE_ROOM,
    H_SEEN,
    H_SCRATCH,
    H_UNITS,
    H_UNIT_COUNT,
    H_CARRIERS,
    H_CARRIER_COUNT,
    H_CHAMBERS,
    H_CHAMBER_COUNT,
    H_ENTRIES,
    H_ZONES,
    H_ZONE_COUNT,
    H_STEPS,
    H_STEP_COUNT,
    H_MATERIALS,
    H_MATERIAL_COUNT,
    H_RESERVATIONS,
    H_RESERVATION_COUNT,
    H_TESTS,
    H_TEST_COUNT,
    H_REVIEW,
    H_REVIEW_AFTER,
    H_REVIEW_BIT,
    H_CANS,
    H_ROUTES,
    H_STORE,
    H_RACKS,
    H_RACK_COUNT,
    H_MEASURES,
    H_OPS,
    H_KINDS,
    H_PASSAGES,
    H_TREE,
    H_LEAVES,
    H_WHEN,
    H_RANK,
    H_SLOT_OVERDUE,
    H_SLOT_BARRED,
    H_SLOT_START,
    H_SLOT_HOLD,
    H_SLOT_SHIFT,
    H_SLOT_ARRIVAL,
    H_SLOT_REMAKE,
    H_BATCHES,
    H_BATCH_SIZE,
    H_TRANSFER_SIZE,
    H_DUTIES,
    H_DUTY_COUNT,
    H_HOLD_AT_MOST,
    H_MTBF,
    H_DESTROYS,
    H_REPAIR,  # least, usual, most
    H_REPAIR_USUAL,
    H_REPAIR_MOST,
    H_ARRIVED,
    H_ARRIVALS,
    H_REMAKES,
    H_REMAKE_COUNT,
    H_REMAKE_ROOM,
    H_ROW_REMAKE,
    H_ROW_DAYS,
    H_LOGGED,
    H_LOG_ROOM,
    H_FLOATS,  # floats of the batches in f
    H_FLOAT_SIZE,
    H_VALUES,  # floats of the outstanding orders in f
    H_RATES,
    H_LIMITS,
    H_STARTED,
    H_ROWS,
    H_SPARE_WANT,
    H_TEST_BITS,
    H_WAITING,  # wants in all queues
    H_LEFT,  # events that may still happen
    H_FIRED,  # the slot whose thing happens now; -1 once it is set again
) = range(99)
HEADER = 100
WAITS = 6
CARRIER, PERSONS, CHAMBERS, UNIT, LABORATORY, CHANGEOVER = range(WAITS)
H_LENGTHS = HEADER  # of the six queues
BEGIN = HEADER + WAITS

# the plant ------------------------------------------------------------------------------------------------------
(
    U_OWNER,
    U_LOADED,
    U_CHANGING,
    U_CLEAN_UNTIL,
    U_IN_USE,
    U_INDEX,
    U_ZONE,
    U_ATTENDED,
    U_CLOSED,
    U_SHARED,
    U_GRADE_A,
    U_CHANGES,
    U_LEAST,
    U_USUAL,
    U_MOST,
    U_CLEAN_FOR,
    U_WORD,
    U_ZONE_WORD,
    U_LINE,
    U_SINCE,
    U_TAKEN,
    U_CHANGEOVERS,
    UNIT_SIZE,
) = range(23)
(
    C_BUSY,
    C_INDEX,
    C_PERSON,
    C_WORD,
    C_LEAST,
    C_USUAL,
    C_MOST,
    C_GOWNS,
    C_GOWN_LEAST,
    C_GOWN_USUAL,
    C_GOWN_MOST,
    C_GOOD_FOR,
    C_GOWNED,
    C_DUTIES,
    C_DUTY_COUNT,
    C_SINCE,
    C_WORKED,
    C_GOWNINGS,
    CARRIER_SIZE,
) = range(19)
(
    K_CLEAN,
    K_UNTIL,
    K_LOAD,
    K_OWNER,
    K_BARRED,
    K_INDEX,
    K_WORD,
    K_OUTER,
    K_INNER,
    K_PROGRAM,
    K_CLEAN_FOR,
    K_ATTEMPTS,
    K_STERILISER,
    K_TESTS,
    K_TEST_COUNT,
    K_RUNS_PROGRAM,
    K_PAGE,
    K_ATTEMPT,
    K_TESTING,
    K_RUN,
    K_CYCLE_LOADED,
    K_SINCE,
    K_CYCLES,
    K_FAILED,
    K_WORKED,
    CHAMBER_SIZE,
) = range(26)
LOAD_EMPTY, LOAD_RAW, LOAD_OWN, LOAD_OUTGOING = range(4)
G_LASTS, G_BY_HAND, G_PHASES, G_PAGES, G_PAGE_SIZE, G_WORDS = range(6)  # a page: passed, whole length, phases
Z_INDEX, Z_ASEPTIC, Z_OPEN_IN, Z_CARRIERS, Z_CARRIER_COUNT, Z_PERSONS, Z_PERSON_COUNT, Z_DAY, Z_STRIKES, ZONE_SIZE = (
    range(10)
)
N_ORIGIN, N_TARGET, N_INWARD, N_PROVEN, N_COUNT, N_CHAMBERS = range(6)

# the recipe; a phase and a test begin alike: kind, shape, least, usual, most, at most, word ------------------------
(
    S_KINDS,
    S_ABLE,
    S_ABLE_COUNT,
    S_WITHIN,
    S_BARRIERS,
    S_AFTER_REVIEW,
    S_BIT,
    S_OPERATIONS,
    S_OPERATION_COUNT,
    S_FEED,
    S_MATERIALS,
    S_MATERIAL_COUNT,
    STEP_SIZE,
) = range(13)
O_PHASES, O_PHASE_COUNT, O_ROUNDS, O_RULES, O_RULE_COUNT, OPERATION_SIZE = range(6)
(
    P_KIND,
    P_SHAPE,
    P_LEAST,
    P_USUAL,
    P_MOST,
    P_AT_MOST,
    P_WORD,
    P_CONNECTIONS,
    P_CHECKS,
    P_CHECK_COUNT,
    PHASE_SIZE,
) = range(11)
Q_LIMIT, Q_ALERT, Q_REJECTS, CHECK_SIZE = range(4)
L_MEASURE, L_OP, L_VALUE, LIMIT_SIZE = range(4)  # the value is a place in f
R_WAY, R_LIMITS, R_LIMIT_COUNT, RULE_SIZE = range(4)
HARVEST, EXTEND, FEED, HOLD, REJECT = range(5)
M_CULTURE_TIME, M_ROUNDS = -2, -3
I_BARRIERS, I_WORD, MATERIAL_SIZE = range(3)
V_FROM, V_UNTIL, V_KINDS, V_ABLE, V_ABLE_COUNT, RESERVATION_SIZE = range(6)
(
    T_KIND,
    T_SHAPE,
    T_LEAST,
    T_USUAL,
    T_MOST,
    T_AT_MOST,
    T_WORD,
    T_AFTER,
    T_BIT,
    T_LIMIT,
    T_FINDS,
    T_ABLE,
    T_ABLE_COUNT,
    T_RESULT,
    TEST_SIZE,
) = range(15)
REVIEW = -2

# what moves -----------------------------------------------------------------------------------------------------
(
    B_NEXT,
    B_ROW,  # where its row begins
    B_NUMBER,  # which row it is
    B_INDEX,
    B_THING,
    B_ORIGIN,
    B_ORDERED,
    B_DUE,
    B_STATUS,
    B_STEP,
    B_OPERATION,
    B_ROUND,
    B_PHASE,
    B_FEEDING,
    B_ENTERED,
    B_UNIT,
    B_RESERVED,
    B_PROVEN_UNTIL,
    B_HOLDS,
    B_FIRST_HOLD,
    B_DOUBTS,
    B_DONE,
    B_TESTS,
    B_REVIEWED,
    B_REVIEWS,
    B_WAITS_REVIEW,
    B_EXCEPTIONS,
    B_PASSAGES,
    B_MOVES,
    B_PASSED,
    B_WANTS,
    B_OUT,
    B_TESTING,
    B_TRANSFERS,
    B_RUNNING,
    B_ATTEMPT,
    B_MATERIALS,
) = range(37)
IN_PROCESS, RELEASED, REJECTED, CLOSED = range(4)
HOLD_CONTROL, HOLD_DOUBT = 2, 4
Y_ASKED_FOR, Y_ARRIVED, Y_UNTIL, Y_UNIT, Y_ASKED, Y_MOVES, ITEM_SIZE = range(7)  # a batch's own item of a material
(
    X_NEXT,
    X_BATCH,
    X_ITEM,
    X_TARGET,
    X_FROM,
    X_ZONE,
    X_ROUTE,
    X_COUNT,
    X_LEG,
    X_IN_CHAMBER,
    X_CLAIMED,
    X_CHAMBERS,
) = range(12)
(
    W_NEXT,
    W_LIVE,
    W_DUE,
    W_SERIAL,
    W_WAITS,
    W_BATCH,
    W_TRANSFER,
    W_CHAMBER,
    W_UNIT,
    W_STEP,
    W_TEST,
    W_SAID,
    W_REFUSED,
    WANT_SIZE,
) = range(14)
(
    E_NEXT,
    E_SLOT,
    E_WORK,
    E_UNIT,
    E_BATCH,
    E_TRANSFER,
    E_TEST,
    E_OPEN_ZONE,
    E_ONWARD,
    E_FAILED,
    E_FAULT,
    E_LOST,
    E_STOPPING,
    E_AT,
    E_BOUND,
    E_RUN,
    E_PERSON_COUNT,
    E_PERSONS,
) = range(18)
MOST_PERSONS = 8
ENTRY_SIZE = E_PERSONS + MOST_PERSONS
WORK_PHASE, WORK_TEST, WORK_REVIEW, WORK_CYCLE, WORK_CHANGEOVER, WORK_MOVE = range(6)
POST_STEP, POST_TRANSFER, POST_ARRIVED, POST_UNPROVEN, POST_WIND_UP = range(5)
POST_SIZE = 3
F_RISK = 12  # a batch's floats: its cells, from 0 on; its risk, what its running phase measured, and its results
F_RESULTS = 13
NEVER = 1 << 62
ENDLESS = 2  # in H_FULL: not the room is at its end but the patience
GROUP_BITS = 4
GROUP = 1 << GROUP_BITS  # slots of the calendar that stand together
ALARM = 1 << 61  # the rank of deadlines: after every answer of the same millisecond
MOST_ATTEMPTS = 3
REPAIR_MS = 8 * 3_600_000
STOPPING_MS = 60_000
QUIET_SHIFTS = 60
# columns of the rows that come out, as `tally.BATCH` has them
(
    A_ORDERED,
    A_DUE,
    A_BEGUN,
    A_FILLED,
    A_TESTED,
    A_DISPOSED,
    A_CLOSED,
    A_OUTCOME,
    A_CAUSE,
    A_ATTEMPT,
    A_PATIENT,
    A_PASSAGES,
    A_WORKED,
    A_HANDLED,
    A_RISK,
    ROW_SIZE,
) = range(16)
RISK_UNIT = 1e15  # a risk is kept as whole parts of 1e-15
