// A model program that behaves as badly as real ones can. One mode a line in the table of main(); the first
// argument is the mode, the others are its own.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

using Arguments = std::vector<std::string>;

[[noreturn]] void hang() {
    for (;;)
        pause();
}

// The test reads the ids of processes from this file to see that they are gone.
void note_pid(const std::string& file) {
    const std::string line = std::to_string(getpid()) + "\n";
    const int out = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (out < 0 || write(out, line.data(), line.size()) < 0) std::exit(99);
    close(out);
}

int exit_with(const Arguments& arguments) {
    return std::stoi(arguments.at(0));
}

int print(const Arguments& arguments) {
    for (const std::string& line : arguments)
        std::cout << line << '\n';
    return 0;
}

int success_text_then_exit_2(const Arguments&) {
    std::puts("WEPP COMPLETED HILLSLOPE SIMULATION SUCCESSFULLY");
    return 2;
}

int hang_deaf_to_term(const Arguments& arguments) {
    std::signal(SIGTERM, SIG_IGN);
    note_pid(arguments.at(0));
    hang();
}

int hang_until_term(const Arguments& arguments) {
    note_pid(arguments.at(0));
    hang();
}

long lines_in(const std::string& path) {
    std::ifstream file(path);
    return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
}

// Leaves processes behind in each of the ways there are; every one of them is deaf to TERM and HUP.
int leave_family(const Arguments& arguments) {
    const std::string& pids = arguments.at(0);
    const auto survivor = [&] {
        std::signal(SIGTERM, SIG_IGN);
        std::signal(SIGHUP, SIG_IGN);
        note_pid(pids);
        hang();
    };
    if (fork() == 0) survivor();
    if (fork() == 0) {
        setsid();
        survivor();
    }
    if (fork() == 0) {
        setsid();
        if (fork() == 0) survivor();
        _exit(0);
    }
    if (arguments.size() > 1) { // hang as well
        note_pid(pids);
        hang();
    }
    while (lines_in(pids) < 3)
        usleep(1000);
    return 0;
}

int ask(const Arguments&) {
    std::puts("Overwrite?");
    std::string answer;
    if (std::getline(std::cin, answer)) {
        std::cout << "answer: " << answer << '\n';
        return 0;
    }
    std::puts("end of input");
    return 3;
}

int flood(const Arguments& arguments) {
    const std::string line = "day 1 precipitation 0.0 mm, runoff 0.0 mm, soil loss 0.0 kg\n";
    std::string block;
    while (block.size() < 1U << 16U)
        block += line;
    for (auto left = std::stoull(arguments.at(0)); left > block.size(); left -= block.size())
        std::fwrite(block.data(), 1, block.size(), stdout);
    std::puts("the last line");
    return 0;
}

int one_endless_line(const Arguments& arguments) {
    const std::string block(1U << 16U, 'x');
    for (auto left = std::stoull(arguments.at(0)); left > block.size(); left -= block.size())
        std::fwrite(block.data(), 1, block.size(), stdout);
    return 0;
}

int die_by(const Arguments& arguments) {
    std::raise(std::stoi(arguments.at(0)));
    hang();
}

int allocate(const Arguments& arguments) {
    const auto bytes = std::stoull(arguments.at(0));
    char* memory = static_cast<char*>(std::malloc(bytes));
    if (memory == nullptr) {
        std::puts("out of memory");
        return 12;
    }
    for (std::size_t i = 0; i < bytes; i += 4096)
        memory[i] = 'x';
    std::printf("last byte %d\n", memory[bytes - 1]);
    std::free(memory);
    return 0;
}

int burn_cpu(const Arguments&) {
    const volatile bool for_ever = true;
    while (for_ever) {
    }
    return 0;
}

int write_file(const Arguments& arguments) {
    std::ofstream file(arguments.at(0), std::ios::binary);
    const std::string block(4096, 'x');
    for (auto left = std::stoull(arguments.at(1)); left > 0; left -= std::min<unsigned long long>(left, 4096))
        file.write(block.data(), 4096).flush();
    return 0;
}

int show_environment(const Arguments&) {
    for (char** variable = environ; *variable != nullptr; ++variable)
        std::puts(*variable);
    return 0;
}

int show_descriptors(const Arguments&) {
    for (int descriptor = 0; descriptor < 1000; ++descriptor)
        if (fcntl(descriptor, F_GETFD) >= 0) std::printf("open %d\n", descriptor);
    return 0;
}

int show_signals(const Arguments&) {
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, nullptr, &blocked);
    for (int signal = 1; signal < SIGRTMAX; ++signal) {
        struct sigaction action {};
        if (sigismember(&blocked, signal) == 1) std::printf("blocked %d\n", signal);
        if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
            std::printf("ignored %d\n", signal);
    }
    return 0;
}

int show_place(const Arguments&) {
    char folder[4096];
    std::printf("folder %s\n", getcwd(folder, sizeof folder));
    std::printf("leads its group %d\n", getpgrp() == getpid());
    return 0;
}

int print_on_both(const Arguments&) {
    std::puts("to standard output");
    std::fflush(stdout);
    std::fputs("to standard error\n", stderr);
    return 0;
}

int kill_supervisor(const Arguments& arguments) {
    note_pid(arguments.at(0));
    kill(getppid(), SIGKILL);
    hang();
}

} // namespace

int main(int argc, char** argv) {
    const std::map<std::string, std::function<int(const Arguments&)>> modes{
        {"exit", exit_with},
        {"print", print},
        {"success-text-then-exit-2", success_text_then_exit_2},
        {"hang-deaf-to-term", hang_deaf_to_term},
        {"hang-until-term", hang_until_term},
        {"leave-family", leave_family},
        {"ask", ask},
        {"flood", flood},
        {"one-endless-line", one_endless_line},
        {"die-by", die_by},
        {"allocate", allocate},
        {"burn-cpu", burn_cpu},
        {"write-file", write_file},
        {"show-environment", show_environment},
        {"show-descriptors", show_descriptors},
        {"show-signals", show_signals},
        {"show-place", show_place},
        {"print-on-both", print_on_both},
        {"kill-supervisor", kill_supervisor},
    };
    if (argc < 2 || !modes.contains(argv[1])) return 98;
    return modes.at(argv[1])(Arguments(argv + 2, argv + argc));
}
