#include "rival.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace resdyn::bench {

Rival::Rival(const std::vector<std::string>& words) {
    int down[2];
    int up[2];
    if (pipe(down) != 0 || pipe(up) != 0) {
        throw std::runtime_error("expected two pipes, got an error");
    }
    std::signal(SIGPIPE, SIG_IGN);  // a rival that has ended shows in ask
    process_ = fork();
    if (process_ == 0) {
        dup2(down[0], STDIN_FILENO);
        dup2(up[1], STDOUT_FILENO);
        for (const int end : {down[0], down[1], up[0], up[1]}) {
            close(end);
        }
        std::vector<char*> arguments;
        arguments.reserve(words.size() + 1);
        for (const std::string& word : words) {
            arguments.push_back(const_cast<char*>(word.c_str()));
        }
        arguments.push_back(nullptr);
        execvp(arguments.front(), arguments.data());
        _exit(127);
    }
    close(down[0]);
    close(up[1]);
    to_ = down[1];
    from_ = up[0];
    greeting_ = read_line();
}

Rival::~Rival() {
    close(to_);  // its input ends, and so does it
    close(from_);
    waitpid(process_, nullptr, 0);
}

std::string Rival::ask(const std::string& line) {
    const std::string text = line + "\n";
    if (write(to_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        throw std::runtime_error("expected a rival that listens, got one that has ended");
    }
    std::string answer = read_line();
    if (answer.empty()) {
        throw std::runtime_error("expected an answer of the rival, got none");
    }
    return answer;
}

std::string Rival::read_line() {
    std::string line;
    for (char c = 0; read(from_, &c, 1) == 1 && c != '\n';) {
        line += c;
    }
    return line;
}

}  // namespace resdyn::bench
