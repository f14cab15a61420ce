#include "tests/support/worker_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <csignal>

/// `freshet` as a person or a script runs it.
namespace freshet::tests {
namespace {

namespace json = boost::json;

struct Fixture : WorkerFixture {
    /// Runs it and expects this exit code; what it printed, both streams.
    std::string freshet(int code, std::vector<std::string> words) {
        const auto line = fmt::format("freshet {}", fmt::join(words, " "));
        const auto printed = WorkerFixture::freshet(std::move(words));
        BOOST_TEST(printed.code == code, line << " ended with " << printed.code << ": " << printed.text);
        return printed.text;
    }
    json::value json_of(std::vector<std::string> words) {
        words.emplace_back("--json");
        return json::parse(freshet(0, std::move(words)));
    }
    std::string failed_job() {
        const auto id = enqueue({"fail", "no more rain"});
        BOOST_TEST(start_worker({"--burst"})->wait() == 0);
        BOOST_TEST(status_of(id) == "failed");
        return id;
    }
    std::string shell(const std::string& text) {
        Process bash({"/bin/bash", "-c", text}, folder.path() / "shell.out");
        BOOST_TEST(bash.wait() == 0, bash.output());
        return bash.output();
    }
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(commands, Fixture)

BOOST_AUTO_TEST_CASE(info_shows_queues_and_workers_as_tables_or_json) {
    const auto id = enqueue({"sleep", "60", "--queue", "slow"});
    enqueue({"noop"});
    const auto worker = start_worker({"--queue", "slow", "--concurrency", "2"});
    wait_for_status(id, "started");

    const auto tables = freshet(0, {"info"});
    BOOST_TEST(
        holds(tables, "queue    queued  started  deferred  scheduled  finished  failed  canceled  state\n"
                      "default       1        0         0          0         0       0         0  open\n"
                      "slow          0        1         0          0         0       0         0  open\n"),
        tables);
    eventually("a busy worker is shown", [&] { return holds(freshet(0, {"info"}), id); });

    const auto value = json_of({"info"});
    BOOST_TEST(!value.at("suspended").as_bool());
    BOOST_TEST(value.at("queues").at(1).at("name").as_string() == "slow");
    BOOST_TEST(value.at("queues").at(1).at("started").as_int64() == 1);
    BOOST_TEST(value.at("workers").as_array().size() == 2U);
    BOOST_TEST(value.at("workers").at(0).at("queues").as_string() == "slow");
    BOOST_TEST(holds(tables, "slow           0       0"), tables);
}

BOOST_AUTO_TEST_CASE(info_watches_and_on_a_terminal_draws_again_over_the_old) {
    enqueue({"noop"});
    Process plain(
        {"freshet", "info", "--watch", "--redis-unix-socket", server.socket()}, folder.path() / "plain");
    Process terminal(
        {"/usr/bin/script", "-qfc",
            fmt::format("{}/freshet info --watch --redis-unix-socket {}", FRESHET_BIN_DIR, server.socket()),
            "/dev/null"},
        folder.path() / "terminal");
    plain.wait_for_output("default       1");
    terminal.wait_for_output("default       1");
    enqueue({"noop"});
    plain.wait_for_output("default       2");
    terminal.wait_for_output("default       2");
    BOOST_TEST(!holds(plain.output(), "\x1b["));
    BOOST_TEST(holds(terminal.output(), "\x1b[H\x1b[2J"));
    plain.signal(SIGINT);
    terminal.signal(SIGTERM);
    BOOST_TEST(plain.wait() == 128 + SIGINT);
    terminal.wait();
}

BOOST_AUTO_TEST_CASE(jobs_are_listed_by_state_queue_and_run) {
    const auto failed = failed_job();
    const auto queued = enqueue({"noop", "r1"});
    const auto other = enqueue({"noop", "r2", "--queue", "other"});
    const auto ids = [&](std::vector<std::string> options) {
        options.insert(options.begin(), "jobs");
        options.emplace_back("--json");
        const auto text = freshet(0, options);
        std::string found;
        for (const auto& [id, name] : {std::pair{failed, "failed "}, {queued, "queued "}, {other, "other "}})
            if (holds(text, id)) found += name;
        return found;
    };
    BOOST_TEST(ids({}) == "failed queued other ");
    BOOST_TEST(ids({"--state", "failed"}) == "failed ");
    BOOST_TEST(ids({"--state", "queued,failed", "--queue", "default"}) == "failed queued ");
    BOOST_TEST(ids({"--run", "r2"}) == "other ");
    BOOST_TEST(ids({"--run", "no more rain"}) == "");
    queue_db({"HSET", "rq:job:" + queued, "freshet:run_id", "r3"});
    BOOST_TEST(ids({"--run", "r3"}) == "queued ");
    BOOST_TEST(ids({"--queue", "other", "--limit", "1"}) == "other ");
    BOOST_TEST(holds(freshet(0, {"jobs", "--limit", "1"}), "there are more: --limit 1 has left them out"));

    const auto table = freshet(0, {"jobs", "--queue", "other"});
    BOOST_TEST(holds(table, "job                                   status  queue  run  created"), table);
    BOOST_TEST(holds(table, other + "  queued  other  r2   "), table);
    BOOST_TEST(holds(freshet(2, {"jobs", "--state", "ready"}), "--state: expected queued, started, "));

    queue_db({"HSET", "rq:job:" + other, "description", "two\nlines \x1b[2J"});
    BOOST_TEST(holds(freshet(0, {"jobs", "--queue", "other"}), "two lines  [2J\n"));
    BOOST_TEST(holds(freshet(0, {"job", other}), "call         two\n             lines ?[2J\n"));
}

BOOST_AUTO_TEST_CASE(job_shows_all_fields_its_results_its_deaths_and_its_tree) {
    const auto id = failed_job();
    queue_db({"HSET", "rq:job:" + id, "freshet:deaths",
        R"({"at":"2026","execution":"e1","worker":"node1.7.1","cause":"ended by signal 9","by":"me"})"
        "\n"
        R"({"at":"2027","execution":"e2","worker":"node2.8.1","cause":"went silent","log":["no rain"]})"
        "\n"});
    queue_script("redis.call('SADD', 'rq:job:' .. ARGV[1] .. ':dependents', 'child')"
                 "redis.call('HSET', 'rq:job:child', 'status', 'deferred', 'meta', '{\"jobs:0,func:x\": "
                 "\"grandchild\"}')",
        {id});

    const auto text = freshet(0, {"job", id});
    for (const std::string line :
        {"status       failed\n", "call         freshet.fail('no more rain')\n", "timeout      180\n",
            "death        2026 execution e1 on node1 (node1.7.1): ended by signal 9, as me asked\n",
            "went silent\n                 no rain\n", "    child deferred\n      grandchild gone\n"})
        BOOST_TEST(holds(text, line), text);
    BOOST_TEST(holds(text, "result       at "));

    const auto value = json_of({"job", id});
    BOOST_TEST(value.at("timeout").as_int64() == 180);
    BOOST_TEST(value.at("results").at(0).at("type").as_string() == "failed");
    BOOST_TEST(holds(std::string(value.at("results").at(0).at("error").as_string()), "no more rain"));
    BOOST_TEST(value.at("deaths").at(0).at("by").as_string() == "me");
    BOOST_TEST(value.at("tree").at(1).at("job").as_string() == "grandchild");
    BOOST_TEST(holds(freshet(3, {"job", "nobody"}), "there is no job 'nobody'"));
}

BOOST_AUTO_TEST_CASE(waiting_jobs_are_canceled_and_deleted_once) {
    const auto id = enqueue({"noop"}), other = enqueue({"noop"});
    BOOST_TEST(freshet(0, {"cancel", id}) == id + " canceled\n");
    BOOST_TEST(freshet(0, {"cancel", id}) == id + " had ended before\n");
    BOOST_TEST(freshet(3, {"cancel", "nobody"}) == "nobody there is no such job\n");
    BOOST_TEST(freshet(0, {"delete", id, other}) == id + " deleted\n" + other + " deleted\n");
    BOOST_TEST(freshet(3, {"delete", id}) == id + " there is no such job\n");
}

BOOST_AUTO_TEST_CASE(running_jobs_are_stopped_and_failed_ones_are_put_back_one_or_all) {
    const auto failed = failed_job();
    BOOST_TEST(freshet(5, {"stop", failed}) == failed + " does not run\n");
    const auto running = enqueue({"sleep", "60"});
    const auto worker = start_worker();
    wait_for_status(running, "started");
    BOOST_TEST(freshet(0, {"stop", running}) == running + " its worker stops it\n");
    wait_for_status(running, "stopped");
    worker->signal(SIGTERM);
    BOOST_TEST(worker->wait() == 0);

    BOOST_TEST(freshet(0, {"requeue", failed}) == failed + " queued\n");
    BOOST_TEST(freshet(5, {"requeue", failed}) == failed + " has not failed\n");
    queue_db({"SADD", "rq:queues", "rq:queue:other"});
    BOOST_TEST(freshet(0, {"requeue", "all", "--queue", "other"}) == "0 jobs queued\n");
    BOOST_TEST(freshet(0, {"requeue", "all"}) == "1 jobs queued\n");
    BOOST_TEST(status_of(running) == "queued");
}

BOOST_AUTO_TEST_CASE(a_paused_queue_keeps_its_jobs_until_it_is_resumed_while_others_go_on) {
    const auto worker = start_worker({"--queue", "high", "--queue", "default"});
    BOOST_TEST(freshet(0, {"pause", "high"}) == "high paused\nhigh is no queue so far\n");
    const auto paused = enqueue({"noop", "--queue", "high"});
    for (int i = 0; i < 3; ++i)
        wait_for_status(enqueue({"noop"}), "finished");
    BOOST_TEST(status_of(paused) == "queued");
    BOOST_TEST(holds(freshet(0, {"info"}), "paused"));
    BOOST_TEST(freshet(0, {"resume", "high"}) == "high resumed\n");
    wait_for_status(paused, "finished");
    BOOST_TEST(freshet(0, {"resume", "high"}) == "high not paused\n");
    BOOST_TEST(freshet(0, {"pause", "high"}) == "high paused\n");

    BOOST_TEST(freshet(0, {"pause", "--for", "1h"}) == "all queues paused for 1h\n");
    BOOST_TEST(json_of({"info"}).at("suspended").as_bool());
    BOOST_TEST(std::stoi(queue_db({"TTL", "rq:suspended"})) > 3'500);
    BOOST_TEST(freshet(0, {"resume"}) == "all queues resumed\n");
}

BOOST_AUTO_TEST_CASE(a_worker_is_drained_by_the_name_of_its_process_or_of_a_slot) {
    const auto running = enqueue({"sleep", "1"});
    const auto worker = start_worker({"--concurrency", "2"});
    wait_for_status(running, "started");
    const auto slot = std::string(json_of({"info"}).at("workers").at(0).at("name").as_string());
    const auto process = slot.substr(0, slot.rfind('.'));
    BOOST_TEST(freshet(0, {"drain", slot}) == process + ".1 drains\n" + process + ".2 drains\n");
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of(running) == "finished");
    BOOST_TEST(holds(freshet(3, {"drain", process}), "there is no worker"));
}

BOOST_AUTO_TEST_CASE(a_queue_is_purged_of_one_state_only_when_told_twice) {
    enqueue({"noop"});
    enqueue({"noop"});
    const auto failed = failed_job();
    enqueue({"noop"});
    queue_db({"RPUSH", "rq:queue:default", "ghost"});
    BOOST_TEST(holds(
        freshet(2, {"purge", "default", "queued"}), "deletes 2 queued jobs of queue default: say --yes"));
    setenv("FRESHET_YES", "true", 1); // what stands in an environment was not said now
    const auto not_said = freshet(2, {"purge", "default", "queued"});
    unsetenv("FRESHET_YES");
    BOOST_TEST(holds(not_said, "say --yes"));
    BOOST_TEST(freshet(0, {"purge", "default", "queued", "--yes"}) == "2 jobs deleted\n");
    BOOST_TEST(queue_db({"EXISTS", "rq:queue:default"}) == "0");
    BOOST_TEST(status_of(failed) == "failed");
    BOOST_TEST(freshet(0, {"purge", "default", "failed", "--yes"}) == "1 jobs deleted\n");
    BOOST_TEST(holds(freshet(2, {"purge", "default", "started", "--yes"}), "expected queued, deferred, "));
}

BOOST_AUTO_TEST_CASE(a_queue_that_is_not_there_is_told_not_taken_for_an_empty_one) {
    enqueue({"noop"});
    const std::vector<std::vector<std::string>> lines{{"jobs", "--queue", "defualt"},
        {"requeue", "all", "--queue", "defualt"}, {"purge", "defualt", "queued", "--yes"}};
    for (const auto& words : lines)
        BOOST_TEST(holds(freshet(3, words), "there is no queue 'defualt'; 'freshet info' lists them"));
}

BOOST_AUTO_TEST_CASE(jobs_that_wait_for_a_key_or_a_slot_are_queued_jobs_like_others) {
    const auto keyed = enqueue({"noop"}), aside = enqueue({"noop"}), next = enqueue({"noop"});
    queue_db({"HSET", "rq:job:" + keyed, "freshet:key", "r1:climate", "freshet:place",
        "freshet:key:r1:climate:waiting"});
    queue_db({"SADD", "freshet:keys", "r1:climate"});
    queue_db({"LMOVE", "rq:queue:default", "freshet:key:r1:climate:waiting", "LEFT", "RIGHT"});
    queue_db({"HSET", "rq:job:" + aside, "freshet:place", "rq:queue:default:cpu"});
    queue_db({"SADD", "rq:queues", "rq:queue:default:cpu"});
    queue_db({"LMOVE", "rq:queue:default", "rq:queue:default:cpu", "LEFT", "RIGHT"});

    const auto queues = json_of({"info"}).at("queues").as_array();
    BOOST_TEST(queues.size() == 1U);
    BOOST_TEST(queues[0].at("queued").as_int64() == 3);

    struct Row {
        std::string id, waits_for;
    };
    const auto table = freshet(0, {"jobs", "--queue", "default"});
    const auto lines = freshet(0, {"jobs", "--queue", "default", "--json"});
    for (const auto& [id, waits_for] : {Row{keyed, "key r1:climate"}, {aside, "cpu slot"}}) {
        BOOST_TEST(holds(table, id + "  queued  default"), table);
        BOOST_TEST(holds(table, "  " + waits_for + "  "), table);
        BOOST_TEST(holds(lines, "\"waits_for\":\"" + waits_for + "\""), lines);
        BOOST_TEST(holds(freshet(0, {"job", id}), "waits_for    " + waits_for + "\n"));
    }
    BOOST_TEST(!holds(freshet(0, {"job", next}), "waits_for"));

    queue_db({"RPUSH", "rq:queue:default:cpu", "ghost"});
    BOOST_TEST(freshet(0, {"purge", "default", "queued", "--yes"}) == "4 jobs deleted\n");
    BOOST_TEST(queue_db({"EXISTS", "rq:queue:default", "rq:queue:default:cpu",
                   "freshet:key:r1:climate:waiting"}) == "0");
}

BOOST_AUTO_TEST_CASE(the_doctor_tells_explains_and_repairs_with_exit_codes_for_scripts) {
    BOOST_TEST(freshet(0, {"doctor"}) == "all records agree\n");
    const auto id = enqueue({"noop"});
    queue_db({"DEL", "rq:queue:default"});
    const auto found = freshet(1, {"doctor"});
    BOOST_TEST(found == "nowhere\n"
                        "  The job waits, but no list or registry names it: no worker will ever start it.\n"
                        "  repair: put on its queue (a deferred one back into its registry)\n"
                        "    " +
                            id + ": queued, but not on queue default\n");
    const auto value = json::parse(freshet(1, {"doctor", "--json"}));
    BOOST_TEST(value.at("trouble").as_string() == "nowhere");
    BOOST_TEST(value.at("subject").as_string() == id);
    BOOST_TEST(freshet(0, {"doctor", "--fix"}) == found.substr(0, found.size() - 1) + ": repaired\n");
    BOOST_TEST(queue_db({"LRANGE", "rq:queue:default", "0", "-1"}) == id);
    BOOST_TEST(freshet(0, {"doctor"}) == "all records agree\n");
    server.stop();
    freshet(2, {"doctor", "--redis-command-timeout", "200ms"});
    server.start();
}

BOOST_AUTO_TEST_CASE(what_is_done_is_told_as_json_too) {
    const auto id = enqueue({"noop"}), other = enqueue({"noop"});
    const auto answered = [&](int code, std::vector<std::string> words) {
        words.emplace_back("--json");
        return freshet(code, std::move(words));
    };
    const auto answer = [](const std::string& job, const std::string& text) {
        return fmt::format(R"({{"job":"{}","answer":"{}"}})", job, text) + "\n";
    };
    BOOST_TEST(answered(0, {"cancel", id}) == answer(id, "canceled"));
    BOOST_TEST(answered(5, {"stop", other}) == answer(other, "does not run"));
    BOOST_TEST(answered(3, {"requeue", "nobody"}) == answer("nobody", "there is no such job"));
    BOOST_TEST(answered(0, {"requeue", "all"}) == "{\"queued\":0}\n");
    BOOST_TEST(answered(0, {"purge", "default", "queued", "--yes"}) == "{\"deleted\":1,\"awaited\":0}\n");
    BOOST_TEST(answered(0, {"delete", id}) == answer(id, "deleted"));
    const auto third = json_of({"enqueue", "noop"}).at("job").as_string();
    BOOST_TEST(json_of({"status", std::string(third)}).at("status").as_string() == "queued");
    const auto worker = start_worker();
    std::istringstream lines(answered(0, {"enqueue", "noop", "7", "--wait"}));
    std::string first, second;
    std::getline(lines, first);
    std::getline(lines, second);
    BOOST_TEST(json::parse(second).at("job") == json::parse(first).at("job"));
    BOOST_TEST(json::parse(second).at("result") == json::array({7}));
    const auto slot = std::string(json_of({"info"}).at("workers").at(0).at("name").as_string());
    BOOST_TEST(
        holds(answered(0, {"drain", slot}), fmt::format(R"({{"worker":"{}","answer":"drains"}})", slot)));
}

BOOST_AUTO_TEST_CASE(what_redis_refuses_is_not_taken_for_an_empty_answer) {
    const auto id = enqueue({"noop"});
    server.command({"ACL", "SETUSER", "reader", "on", ">secret", "~*", "&*", "+@all", "-zcard", "-hgetall"});
    const std::vector<std::vector<std::string>> lines{{"info"}, {"jobs"}, {"job", id}};
    for (auto words : lines) {
        words.insert(words.end(), {"--redis-user", "reader", "--redis-password", "secret"});
        const auto text = freshet(1, words);
        BOOST_TEST(holds(text, "NOPERM"), text);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_understood_is_named_with_what_is_near) {
    struct Row {
        std::vector<std::string> words;
        const char* message;
    };
    const std::vector<Row> rows{{{"reqeue", "all"}, "unknown command \"reqeue\"; did you mean 'requeue'?"},
        {{"juggle"}, "unknown command \"juggle\"; 'freshet --help' lists them"},
        {{"info", "--jsn"}, "unknown setting '--jsn'; did you mean '--json'?"},
        {{"info", "--wait"}, "info: unknown option '--wait'; expected --json, --watch"},
        {{"resume", "a", "--json"}, "resume: unknown option '--json'; expected none"},
        {{"stop"}, "stop: expected <job id...>, found nothing"},
        {{"job", "a", "b"}, "job: expected <job id>, found 'a b'"}, {{"pause", "a:b"}, "a:b"},
        {{"completion", "fish"}, "expected bash, found 'fish'"}};
    for (const Row& row : rows) {
        const auto text = freshet(2, row.words);
        BOOST_TEST(holds(text, row.message), text);
    }
}

BOOST_AUTO_TEST_CASE(help_tells_of_every_command_and_of_one) {
    const auto all = freshet(0, {"--help"});
    const auto requeue = freshet(0, {"requeue", "--help"});
    BOOST_TEST(holds(all, "\n  requeue <job id...> | all\n"), all);
    BOOST_TEST(holds(all, "Exit codes: 0 done; 1 "), all);
    BOOST_TEST(requeue.starts_with("freshet requeue <job id...> | all\n"), requeue);
    BOOST_TEST(holds(requeue, "--queue arg"));
    BOOST_TEST(!holds(requeue, "--watch"));
    for (const auto& command : {"enqueue", "status", "job", "jobs", "info", "cancel", "stop", "delete",
             "pause", "resume", "drain", "purge", "doctor", "prep", "cache", "rules", "completion"})
        BOOST_TEST(holds(freshet(0, {command, "--help"}), std::string("freshet ") + command));
}

BOOST_AUTO_TEST_CASE(bash_completes_commands_options_and_values) {
    const auto completed = [&](const std::string& line, int word) {
        return shell(
            fmt::format("PATH={}:$PATH; source <(freshet completion bash); COMP_WORDS=({}); COMP_CWORD={}; "
                        "_freshet; echo \"${{COMPREPLY[*]}}\"; complete -p freshet >/dev/null",
                FRESHET_BIN_DIR, line, word));
    };
    BOOST_TEST(completed("freshet re", 1) == "requeue resume\n");
    BOOST_TEST(completed("freshet doctor --", 2) == "--fix --json --help\n");
    BOOST_TEST(completed("freshet jobs --state f", 3) == "finished failed\n");
    BOOST_TEST(completed("freshet jobs --state = f", 4) == "finished failed\n");
    BOOST_TEST(completed("freshet jobs --state =", 3) ==
               "queued started deferred scheduled finished failed stopped canceled\n");
    BOOST_TEST(completed("freshet purge default s", 3) == "scheduled\n");
    BOOST_TEST(completed("freshet cache ''", 2) == "get clear refresh --runs-root --help\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::tests
