#include "jobs/queue/keys.hpp"
#include "prep/async/event.hpp"
#include "prep/async/offload.hpp"
#include "prep/files/atomic_file.hpp"
#include "prep/store/status_messenger.hpp"
#include "worker/tasks/model_program.hpp"
#include "worker/wepp/answers.hpp"
#include "worker/wepp/model_run.hpp"
#include "worker/wepp/schedule.hpp"
#include "worker/wepp/task_groups.hpp"

#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace freshet::worker::wepp {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;
using prep::redis::Command;

const SuccessText success{
    "WEPP COMPLETED HILLSLOPE SIMULATION SUCCESSFULLY", {"WITH NOTES, CAUTIONS, OR WARNINGS"}};

std::string log_name(int id) {
    return fmt::format("p{}.err", id);
}

std::string pass_name(int id) {
    return fmt::format("H{}.pass.dat", id);
}

// What the answers ask for; the pass file must be there: its last year shows that the run went to its end.
std::vector<std::string> outputs_of(int id, std::string_view answers) {
    auto outputs = files_in_output(answers);
    if (std::find(outputs.begin(), outputs.end(), pass_name(id)) == outputs.end())
        throw Failure(
            {Errc::bad_input, fmt::format("p{}.run: expected the answers to name ../output/{}, found {}", id,
                                  pass_name(id), outputs.empty() ? "no output" : outputs.front())});
    return outputs;
}

// Does the hillslope's result stand as its manifest says, made by this program from these inputs?
bool is_unchanged(const WeppFolder& folder, int id, const HashedProgram& program) {
    const auto text = prep::read_file(folder.manifest(id));
    if (!text) return false;
    const auto manifest = Manifest::from_text(*text);
    if (!manifest || manifest->program != program.description || manifest->program_sha256 != program.sha256)
        return false;
    const auto inputs = sha256_of(folder.runs(), input_names(id));
    if (!inputs || *inputs != manifest->inputs) return false;
    const auto answers = prep::read_file(folder.runs() / input_names(id).front());
    if (!answers) return false;
    const auto outputs = sha256_of(folder.output(), outputs_of(id, *answers));
    return outputs && *outputs == manifest->outputs;
}

void check_and_publish(const WeppFolder& folder, int id, const HashedProgram& program, const ModelRun& run,
    const ChildOutcome& outcome, const Scratch::LeaseCheck& lease_is_held) {
    const auto outputs = outputs_of(id, run.answers());
    run.check(outcome, log_name(id), success, outputs);
    const int expected = years_of(run.runs() / fmt::format("p{}.cli", id)).last();
    const int found = last_year_of_pass(run.output() / pass_name(id)).value();
    if (found != expected)
        throw Failure({Errc::refused, fmt::format("{}: expected days up to year {}, found year {} at its end",
                                          pass_name(id), expected, found)});
    const Manifest manifest{
        program.description, program.sha256, run.inputs(), sha256_of(run.output(), outputs).value()};
    run.publish(log_name(id), outputs, manifest, folder.manifest(id), lease_is_held);
}

struct Chunk {
    int first = 0;
    int last = 0;
    std::size_t total = 0; ///< hillslopes of the run
};

Chunk chunk_of(const TaskContext& context) try {
    const auto& given = context.kwargs();
    const Chunk chunk{json::value_to<int>(given.at("first")), json::value_to<int>(given.at("last")),
        json::value_to<std::size_t>(given.at("total"))};
    if (chunk.first < 1 || chunk.last < chunk.first) throw std::out_of_range("first to last is no range");
    return chunk;
} catch (const std::exception& failure) {
    throw Failure({Errc::bad_input, fmt::format("arguments first, last, total: {}", failure.what())});
}

/// Runs the hillslopes of one chunk, one after the other.
class ChunkRun {
public:
    ChunkRun(TaskContext& context, HashedProgram program)
        : context_(context),
          tree_(tree_of(context)),
          chunk_(chunk_of(context)),
          folder_(context.run_dir()),
          program_(std::move(program)),
          programs_(context, "wepp") {}

    awaitable<json::value> run() {
        for (int id = chunk_.first; id <= chunk_.last; ++id) {
            co_await note(id > chunk_.first ? id - 1 : 0, id);
            co_await run_unless_unchanged(id);
        }
        co_await note(chunk_.last, 0);
        co_await context_.tell("wepp", fmt::format("hillslopes {} to {}: {} run, {} unchanged and skipped",
                                           chunk_.first, chunk_.last, done_, skipped_));
        co_return json::object{{"run", done_}, {"skipped", skipped_}, {"retries", retries_},
            {"wall_s", usage_.wall_s}, {"cpu_s", usage_.cpu_s}, {"peak_memory_kib", usage_.peak_memory_kib},
            {"program", program_.description}, {"program_sha256", program_.sha256}};
    }

private:
    awaitable<void> note(int ended, int started) {
        const auto progress = (co_await tree_.note(ended, started, chunk_.total)).value();
        if (progress.tell) co_await tell(progress);
        if (started != 0 && !progress.failed.empty() && progress.failed != context_.job_id())
            throw Failure(
                {Errc::canceled, fmt::format("not started from hillslope {} on: job {} of the same run_wepp "
                                             "has failed; see there, then submit run_wepp again",
                                     started, progress.failed)});
    }

    awaitable<void> tell(Progress progress) {
        (co_await tree_.show(progress)).value();
        std::string text = fmt::format("hillslopes: {} of {} done", progress.done, progress.total);
        if (!progress.oldest.empty()) text += fmt::format(", {} runs longest", progress.oldest);
        prep::StatusMessenger messenger(context_.services().runs, context_.run_id(), tree_.root());
        co_await messenger.note("wepp", std::move(text));
    }

    awaitable<void> run_unless_unchanged(int id) {
        auto& cpu = context_.services().cpu;
        if (co_await prep::offload(cpu, [&] { return is_unchanged(folder_, id, program_); })) {
            ++skipped_;
            co_return;
        }
        std::optional<Error> failed;
        try {
            co_await run_with_retries(id);
        } catch (const Failure& failure) {
            failed = failure.error();
        }
        if (failed) throw Failure({failed->code, fmt::format("hillslope {}: {}", id, failed->message)});
        ++done_;
    }

    awaitable<void> run_with_retries(int id) {
        for (int retry = 0;; ++retry) {
            if (retry > 0) co_await prep::pause(pause_before(retry));
            if (co_await run_once(id, retry)) co_return;
            ++retries_;
            co_await context_.tell("wepp", fmt::format("hillslope {} ran into its time limit; retry {} of {}",
                                               id, retry + 1, most_retries));
        }
    }

    // False if it should be tried again.
    awaitable<bool> run_once(int id, int retry) {
        auto& cpu = context_.services().cpu;
        const auto run = co_await prep::offload(cpu,
            [&] { return std::make_unique<ModelRun>(folder_, context_.execution_id(), input_names(id)); });
        auto spec = run->child(program_.program, log_name(id));
        const auto outcome = co_await programs_.run(std::move(spec));
        if (!outcome) throw Failure(outcome.error());
        usage_.add(*outcome);
        if (outcome->ending == ChildOutcome::Ending::timed_out && retry < most_retries) co_return false;
        const auto lease_is_held = context_.lease_check();
        co_return co_await prep::offload(cpu, [&] {
            check_and_publish(folder_, id, program_, *run, *outcome, lease_is_held);
            return true;
        });
    }

    TaskContext& context_;
    Tree tree_;
    Chunk chunk_;
    WeppFolder folder_;
    HashedProgram program_;
    WatchedPrograms programs_;
    Usage usage_;
    int done_ = 0;
    int skipped_ = 0;
    int retries_ = 0;
};

awaitable<json::value> run_chunk(TaskContext& context) {
    auto program = co_await prep::offload(context.services().cpu, [&] {
        return std::make_unique<HashedProgram>(HashedProgram::of(context.services().settings.programs.wepp));
    });
    ChunkRun chunk(context, std::move(*program));
    co_return co_await chunk.run();
}

// Slots of all workers of the queue; the own ones where no worker is registered.
awaitable<std::size_t> slots_of(TaskContext& context) {
    Command count("SCARD", fmt::format("{}:{}", jobs::keys::workers, context.queue()));
    const auto reply = co_await context.services().queue_db.call(std::move(count));
    if (reply && reply->integer() > 0) co_return static_cast<std::size_t>(reply->integer());
    co_return context.services().settings.concurrency;
}

// The sizes are fixed by the first execution: a second one may see other workers.
awaitable<std::vector<std::size_t>> planned_sizes(TaskContext& context, Tree& tree, std::size_t hillslopes) {
    const auto slots = co_await slots_of(context);
    std::vector<std::size_t> sizes;
    const auto plan = [&](json::object& meta) {
        if (!meta.contains("chunks")) meta["chunks"] = json::value_from(chunk_sizes(hillslopes, slots));
        sizes = json::value_to<std::vector<std::size_t>>(meta["chunks"]);
    };
    (co_await tree.edit_meta(context.job_id(), plan)).value();
    co_return sizes;
}

std::vector<jobs::NewJob> chunk_jobs(
    const TaskContext& context, const Tree& tree, const std::vector<std::size_t>& sizes, std::size_t total) {
    std::vector<jobs::NewJob> chunks;
    std::size_t first = 1;
    for (const std::size_t size : sizes) {
        const std::size_t last = first + size - 1;
        auto job = child_job(context, tree, "wepp_hillslopes");
        job.id = tree.id_of(fmt::format("hillslopes-{}-{}", first, last));
        job.call.kwargs["first"] = first;
        job.call.kwargs["last"] = last;
        job.call.kwargs["total"] = total;
        job.timeout = chunk_time_limit(size, context.services().settings.programs.wepp.time_limit);
        chunks.push_back(std::move(job));
        first = last + 1;
    }
    return chunks;
}

awaitable<json::value> plan_hillslopes(TaskContext& context) {
    auto tree = tree_of(context);
    const auto total = co_await prep::offload(
        context.services().cpu, [&] { return load_inputs(context.run_dir()).watershed.hillslopes.size(); });
    const auto sizes = co_await planned_sizes(context, tree, total);

    auto chunks = chunk_jobs(context, tree, sizes, total);
    std::vector<std::string> ids;
    for (const auto& chunk : chunks)
        ids.push_back(chunk.id);
    const auto name_them = [&](json::object& meta) {
        for (const auto& id : ids)
            meta["jobs:1,func:" + id.substr(tree.root().size() + 1)] = id;
    };
    (co_await tree.edit_meta(context.job_id(), name_them)).value();
    (co_await tree.enqueue(std::move(chunks))).value();
    (co_await tree.extend_join(tree.id_of("run_wepp_hillslopes"), ids)).value();
    co_await context.tell("wepp", fmt::format("{} hillslopes in {} chunks", total, sizes.size()));
    co_return json::object{{"hillslopes", total}, {"chunks", sizes.size()}};
}

awaitable<json::value> join_hillslopes(TaskContext& context) {
    auto tree = tree_of(context);
    const auto total = co_await prep::offload(context.services().cpu, [&] {
        const auto hillslopes = load_inputs(context.run_dir()).watershed.hillslopes;
        const WeppFolder folder(context.run_dir());
        for (const auto& hillslope : hillslopes)
            if (!fs::exists(folder.manifest(hillslope.wepp_id)))
                throw Failure(
                    {Errc::not_found, fmt::format("hillslope {} (topaz {}): there is no result; submit "
                                                  "run_wepp again",
                                          hillslope.wepp_id, hillslope.topaz_id)});
        return hillslopes.size();
    });
    Progress all{.done = total, .total = total};
    (co_await tree.show(std::move(all))).value();
    co_return json::object{{"hillslopes", total}};
}

} // namespace

void add_hillslope_tasks(TaskTable& tasks) {
    tasks.add("wepp_plan_hillslopes", on_run(plan_hillslopes));
    tasks.add("wepp_hillslopes", on_run(run_chunk));
    tasks.add("run_wepp_hillslopes", on_run(join_hillslopes));
}

} // namespace freshet::worker::wepp
