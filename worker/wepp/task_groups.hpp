#pragma once

#include "worker/runtime/task.hpp"
#include "worker/wepp/tree.hpp"

#include <string>

/// What add_wepp_tasks() is made of, and what the tasks share.
namespace freshet::worker::wepp {

void add_run_wepp(TaskTable& tasks);
void add_prep_tasks(TaskTable& tasks);
void add_hillslope_tasks(TaskTable& tasks);
void add_watershed_tasks(TaskTable& tasks);

/// A task of WEPP: its life is told on the panel wepp, its scratch folders are in wepp/.
TaskDefinition on_run(TaskFunction run);

/// The tree that a child of run_wepp belongs to (its argument `root`). Throws Failure (bad_input).
Tree tree_of(const TaskContext& context);

/// A job of the tree: `freshet.<function>_rq(runid, root=...)`, id made from the root's and the function's.
jobs::NewJob child_job(const TaskContext& context, const Tree& tree, std::string_view function);

} // namespace freshet::worker::wepp
