#include "worker/tasks/model_program.hpp"

namespace freshet::worker {

ChildSpec child_of(const Program& program) {
    ChildSpec spec;
    spec.program = program.path;
    spec.arguments = program.extra_arguments;
    spec.limits.wall_time = program.time_limit;
    spec.limits.cpu_time = program.cpu_limit;
    spec.limits.address_space_bytes = program.memory_limit_bytes;
    return spec;
}

} // namespace freshet::worker
