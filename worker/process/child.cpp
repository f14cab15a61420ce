#include "worker/process/child.hpp"

#include "worker/process/file_descriptor.hpp"
#include "worker/process/oom.hpp"
#include "worker/process/output.hpp"
#include "worker/process/spawn.hpp"
#include "worker/process/supervise_protocol.hpp"

#include <boost/asio.hpp>

#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <memory>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using boost::system::error_code;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using Clock = std::chrono::steady_clock;

constexpr std::size_t lines_kept = 40;
constexpr std::size_t line_bytes_kept = 400;
constexpr std::size_t read_bytes = 32U * 1024;
constexpr int drain_rounds = 64; // more than a pipe holds
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// One pipe from the program, and where it goes.
struct OutputStream {
    OutputStream(
        const asio::any_io_executor& executor, FileDescriptor from, LogFile to, LineSplitter::Sink on_line)
        : pipe(executor, from.release()), log(std::move(to)), lines(line_bytes_kept, std::move(on_line)) {}

    asio::posix::stream_descriptor pipe;
    LogFile log;
    LineSplitter lines;
    std::array<char, read_bytes> chunk{};
};

/// A run from start to outcome. Everything happens on one strand: run() waits on `alarm_`, whose expiry is
/// the next deadline and which is canceled when something has changed; beside it a coroutine for each pipe
/// and one that follows the supervisor. run() outlives them all.
class ChildRun {
public:
    ChildRun(asio::any_io_executor strand, ChildSpec spec)
        : executor_(std::move(strand)),
          spec_(std::move(spec)),
          alarm_(executor_),
          history_(lines_kept, spec_.on_line, spec_.lines_per_second) {}

    asio::awaitable<Result<ChildOutcome>> run();

private:
    enum class Phase { running, terminating, killing, ended };

    Result<> start();
    void add_stream(FileDescriptor from, LogFile to);
    void keep_busy_with(asio::awaitable<void> work);
    asio::awaitable<void> read(OutputStream& stream);
    void take(OutputStream& stream, std::size_t count);
    asio::awaitable<void> follow_supervisor();
    void take(const supervise::Report& report);
    void reap_supervisor();

    void end_program(ChildOutcome::Ending why);
    void kill_program();
    void send(supervise::Command command);

    Result<ChildOutcome> conclude();
    Error start_error() const;
    ChildOutcome outcome() const;

    asio::any_io_executor executor_;
    ChildSpec spec_;
    asio::steady_timer alarm_;
    LineHistory history_;
    pid_t supervisor_ = -1;
    std::optional<asio::local::stream_protocol::socket> control_;
    std::optional<asio::posix::stream_descriptor> process_;
    std::vector<std::unique_ptr<OutputStream>> streams_;

    Phase phase_ = Phase::running;
    std::optional<ChildOutcome::Ending> ended_by_us_;
    bool killed_by_us_ = false;
    int busy_ = 0;
    bool writers_gone_ = false;
    std::exception_ptr bug_;
    Clock::time_point started_at_{};
    std::uint64_t oom_kills_before_ = 0;
    Clock::time_point ended_at_{};
    pid_t program_group_ = 0;
    std::optional<supervise::Report> not_started_;
    std::optional<supervise::Report> ended_;
    int supervisor_status_ = 0;
};

asio::awaitable<Result<ChildOutcome>> ChildRun::run() {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);
    if (auto started = start(); !started) co_return started.error();

    while (busy_ > 0) {
        co_await alarm_.async_wait(as_tuple);
        const auto state = co_await asio::this_coro::cancellation_state;
        const bool overdue = Clock::now() >= alarm_.expiry();
        if (phase_ == Phase::running && state.cancelled() != asio::cancellation_type::none)
            end_program(ChildOutcome::Ending::canceled);
        else if (phase_ == Phase::running && overdue)
            end_program(ChildOutcome::Ending::timed_out);
        else if (phase_ == Phase::terminating && overdue)
            kill_program();
    }
    co_return conclude();
}

Result<> ChildRun::start() {
    if (spec_.program.empty() || spec_.working_directory.empty())
        return Error{Errc::bad_input, "cannot start a child: program and working directory must be given"};
    spec_.program = fs::absolute(spec_.program);
    spec_.working_directory = fs::absolute(spec_.working_directory);

    auto log = LogFile::create(spec_.log_file, spec_.limits.log_bytes);
    if (!log) return log.error();
    std::optional<LogFile> error_log;
    if (spec_.error_log_file) {
        auto created = LogFile::create(*spec_.error_log_file, spec_.limits.log_bytes);
        if (!created) return created.error();
        error_log = std::move(*created);
    }
    started_at_ = Clock::now();
    oom_kills_before_ = oom_kills();
    auto supervisor = start_supervisor(spec_);
    if (!supervisor) return supervisor.error();

    supervisor_ = supervisor->pid;
    control_.emplace(executor_, asio::local::stream_protocol(), supervisor->control.release());
    process_.emplace(executor_, supervisor->process.release());
    add_stream(std::move(supervisor->output), std::move(*log));
    if (error_log) add_stream(std::move(supervisor->error_output), std::move(*error_log));
    alarm_.expires_at(started_at_ + spec_.limits.wall_time);
    for (auto& stream : streams_)
        keep_busy_with(read(*stream));
    keep_busy_with(follow_supervisor());
    return {};
}

void ChildRun::add_stream(FileDescriptor from, LogFile to) {
    streams_.push_back(std::make_unique<OutputStream>(executor_, std::move(from), std::move(to),
        [this](std::string_view line) { history_.add(line, Clock::now()); }));
}

void ChildRun::keep_busy_with(asio::awaitable<void> work) {
    ++busy_;
    asio::co_spawn(executor_, std::move(work), [this](std::exception_ptr bug) {
        --busy_;
        if (bug && !bug_) bug_ = bug;
        if (bug && phase_ == Phase::running) end_program(ChildOutcome::Ending::canceled);
        alarm_.cancel();
    });
}

// ---- output ----

asio::awaitable<void> ChildRun::read(OutputStream& stream) {
    error_code error;
    while (!error && !writers_gone_) {
        const auto [failed, count] =
            co_await stream.pipe.async_read_some(asio::buffer(stream.chunk), as_tuple);
        take(stream, count);
        error = failed;
    }
    // Whoever could write is dead. What is left is in the pipe, so this does not wait, not even for the end
    // of the stream: a program may have handed its standard output to a process that is not of its tree.
    error.clear();
    stream.pipe.non_blocking(true, error);
    for (int rounds = 0; !error && rounds < drain_rounds; ++rounds)
        take(stream, stream.pipe.read_some(asio::buffer(stream.chunk), error));
    stream.lines.finish();
    stream.log.finish();
}

void ChildRun::take(OutputStream& stream, std::size_t count) {
    const std::string_view bytes(stream.chunk.data(), count);
    stream.log.append(bytes);
    stream.lines.feed(bytes);
}

// ---- the supervisor ----

asio::awaitable<void> ChildRun::follow_supervisor() {
    for (;;) {
        supervise::Report report;
        const auto [closed, size] =
            co_await asio::async_read(*control_, asio::buffer(&report, sizeof report), as_tuple);
        if (closed) break;
        take(report);
    }
    co_await process_->async_wait(asio::posix::stream_descriptor::wait_read, as_tuple);
    reap_supervisor();
    writers_gone_ = true;
    for (auto& stream : streams_)
        stream->pipe.cancel();
}

void ChildRun::take(const supervise::Report& report) {
    switch (report.kind) {
    case supervise::ReportKind::started:
        program_group_ = report.pid;
        break;
    case supervise::ReportKind::not_started:
        not_started_ = report;
        break;
    case supervise::ReportKind::ended:
        ended_ = report;
        ended_at_ = Clock::now();
        phase_ = Phase::ended;
        alarm_.expires_at(Clock::time_point::max());
        break;
    }
}

void ChildRun::reap_supervisor() {
    if (::waitpid(supervisor_, &supervisor_status_, 0) < 0) supervisor_status_ = 0;
    const bool lost = !ended_ && !not_started_;
    if (lost && program_group_ > 0) ::kill(-program_group_, SIGKILL);
}

void ChildRun::end_program(ChildOutcome::Ending why) {
    ended_by_us_ = why;
    phase_ = Phase::terminating;
    alarm_.expires_after(spec_.grace);
    send(supervise::Command::terminate);
}

void ChildRun::kill_program() {
    phase_ = Phase::killing;
    killed_by_us_ = true;
    alarm_.expires_at(Clock::time_point::max());
    send(supervise::Command::kill);
}

// A supervisor that does not listen has ended, which follow_supervisor() sees.
void ChildRun::send(supervise::Command command) {
    error_code ignored;
    control_->write_some(asio::buffer(&command, sizeof command), ignored);
}

// ---- the end ----

Result<ChildOutcome> ChildRun::conclude() {
    if (bug_) std::rethrow_exception(bug_);
    if (not_started_) return start_error();
    if (ended_) return outcome();
    const std::string how = WIFSIGNALED(supervisor_status_)
                                ? fmt::format("was killed by signal {}", WTERMSIG(supervisor_status_))
                                : fmt::format("exited with code {}", WEXITSTATUS(supervisor_status_));
    const auto lines = history_.last_lines();
    return Error{Errc::refused,
        fmt::format("the supervisor of {} (process {}) {} without a report{}{}", spec_.program.string(),
            supervisor_, how, lines.empty() ? "" : "; last line: ", lines.empty() ? "" : lines.back())};
}

Error ChildRun::start_error() const {
    const int reason = not_started_->error_number;
    const std::string action = fmt::format("cannot start {}", spec_.program.string());
    switch (not_started_->stage) {
    case supervise::Stage::working_directory:
        return system_error(action + " in the working directory", spec_.working_directory, reason);
    case supervise::Stage::limits:
        return {Errc::refused, action + ": its limits: " + std::strerror(reason)};
    case supervise::Stage::fork:
        return {Errc::unavailable, action + ": no new process: " + std::strerror(reason)};
    case supervise::Stage::program:
        break;
    }
    std::error_code ignored;
    if (reason == ENOENT && fs::exists(spec_.program, ignored))
        return {
            Errc::not_found, action + ": the interpreter or loader that the file asks for does not exist"};
    return system_error("cannot start", spec_.program, reason);
}

ChildOutcome ChildRun::outcome() const {
    using Ending = ChildOutcome::Ending;
    ChildOutcome outcome;
    outcome.program = spec_.program.filename().string();
    const int status = ended_->wait_status;
    if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
    if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
    outcome.ending = ended_by_us_.value_or(WIFSIGNALED(status) ? Ending::signaled : Ending::exited);
    outcome.ignored_term = killed_by_us_ && outcome.signal == SIGKILL;
    outcome.out_of_memory = !killed_by_us_ && outcome.signal == SIGKILL && oom_kills() > oom_kills_before_;
    outcome.wall_limit = spec_.limits.wall_time;
    outcome.wall_time = duration_cast<microseconds>(ended_at_ - started_at_);
    outcome.cpu_time = microseconds(ended_->user_microseconds + ended_->system_microseconds);
    outcome.peak_memory_kib = static_cast<std::uint64_t>(ended_->peak_memory_kib);
    outcome.last_lines = history_.last_lines();
    for (const auto& stream : streams_) {
        outcome.log_bytes_written += stream->log.written();
        outcome.log_bytes_dropped += stream->log.dropped();
        if (outcome.log_error.empty()) outcome.log_error = stream->log.error();
    }
    outcome.lines_not_passed = history_.not_passed();
    return outcome;
}

double seconds(microseconds time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

std::string ChildOutcome::describe() const {
    const auto how = [&]() -> std::string {
        switch (ending) {
        case Ending::exited:
            return fmt::format("exited with code {} after {:.2f} s", exit_code, seconds(wall_time));
        case Ending::signaled: {
            const char* name = ::sigabbrev_np(signal);
            return fmt::format("was ended by signal {} (SIG{}){} after {:.2f} s", signal, name ? name : "?",
                out_of_memory ? ", the machine or its container being out of memory," : "",
                seconds(wall_time));
        }
        case Ending::timed_out:
            return fmt::format("was ended after its time limit of {:.2f} s", seconds(wall_limit));
        case Ending::canceled:
            return fmt::format("was canceled after {:.2f} s", seconds(wall_time));
        }
        return {};
    }();
    return fmt::format("{} {}{} (CPU {:.2f} s, peak memory {:.1f} MiB)", program, how,
        ignored_term ? " and had to be killed" : "", seconds(cpu_time),
        static_cast<double>(peak_memory_kib) / 1024);
}

asio::awaitable<Result<ChildOutcome>> run_child(ChildSpec spec) {
    const asio::any_io_executor strand = asio::make_strand(co_await asio::this_coro::executor);
    ChildRun run(strand, std::move(spec));
    co_return co_await asio::co_spawn(strand, run.run(), asio::use_awaitable);
}

} // namespace freshet::worker
