#include "terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace resdyn::cli {

namespace {

constexpr int narrowest = 20;  // columns; a terminal that says less is not believed

/// The process's standard output; one, as the descriptor is.
struct Output {
    LineWrapper wrapper{0};
    bool verbatim = false;
    bool closed = false;  ///< nobody reads any more.
};

Output& output() {
    static Output one;
    return one;
}

/// Columns of the terminal; 0 where standard output is none.
int terminal_width() {
    winsize size{};
    if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return size.ws_col >= narrowest ? size.ws_col : 0;
}

/// What stdio calls with the text of a buffer. The count taken, or 0 for an error.
ssize_t write_output(void* /*cookie*/, const char* text, std::size_t size) {
    Output& out = output();
    const std::string_view given(text, size);
    const std::string wrapped = out.verbatim ? std::string(given) : out.wrapper.wrap(given);
    std::string_view left(wrapped);
    while (!left.empty() && !out.closed) {
        const ssize_t written = write(STDOUT_FILENO, left.data(), left.size());
        if (written >= 0) {
            left.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EPIPE) {
            out.closed = true;
        } else if (errno != EINTR) {
            return 0;
        }
    }
    return static_cast<ssize_t>(size);
}

}  // namespace

void LineWrapper::end_word(std::string& out) {
    if (word_.empty()) {
        return;
    }
    const auto length = static_cast<int>(std::count_if(
        word_.begin(), word_.end(), [](unsigned char c) { return (c & 0xC0U) != 0x80U; }));
    if (!has_word_) {
        indent_ = blanks_ + 2;
    }
    if (has_word_ && blanks_ > 0 && column_ + blanks_ + length > width_) {
        out += '\n' + std::string(static_cast<std::size_t>(indent_), ' ');
        column_ = indent_;
    } else {
        out.append(static_cast<std::size_t>(blanks_), ' ');
        column_ += blanks_;
        if (has_word_ && blanks_ >= 2 && !has_second_column_ && column_ <= width_ / 2) {
            indent_ = column_;
            has_second_column_ = true;
        }
    }
    out += word_;
    column_ += length;
    blanks_ = 0;
    has_word_ = true;
    word_.clear();
}

std::string LineWrapper::wrap(std::string_view text) {
    if (width_ <= 0) {
        return std::string(text);
    }
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            end_word(out);
            out += c;
            column_ = blanks_ = 0;
            indent_ = -1;
            has_word_ = has_second_column_ = false;
        } else if (c == ' ') {
            end_word(out);
            ++blanks_;
        } else {
            word_ += c;
        }
    }
    // What is flushed is to be seen; a word that goes on in the next piece is then not broken.
    end_word(out);
    return out;
}

Terminal::Terminal() : before_(stdout) {
    std::signal(SIGPIPE, SIG_IGN);
    output().wrapper = LineWrapper(terminal_width());
    std::FILE* const stream = fopencookie(
        nullptr, "w", {.read = nullptr, .write = write_output, .seek = nullptr, .close = nullptr});
    if (stream == nullptr) {
        before_ = nullptr;  // no memory for a buffer: the plain one does
        return;
    }
    stdout = stream;
    // Line by line through a pipe too, so that who reads along sees what long work says first.
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
}

Terminal::~Terminal() {
    if (before_ != nullptr) {
        std::fclose(stdout);
        stdout = before_;
    }
}

void print_verbatim(std::string_view document) {
    std::fflush(stdout);
    output().verbatim = true;
    fmt::print("{}\n", document);
    std::fflush(stdout);
    output().verbatim = false;
}

}  // namespace resdyn::cli
