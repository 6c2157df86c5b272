/// @file
/// Standard output of the program. Two things that `stdout` does not do by itself:
///  - a reader that closes the pipe early (`resdyn … | head`) costs nothing: what is still printed
///    is dropped, and the run goes on to write its files;
///  - on a terminal, lines are broken between words at its width, the rest indented under the
///    second column of the line. Through a pipe and into a file, lines stay whole.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace resdyn::cli {

/// Breaks lines between words. Text may come in pieces of any size.
class LineWrapper {
  public:
    /// `width`: columns of a line, > 0; 0: lines are left whole.
    explicit LineWrapper(int width) : width_(width) {}
    /// `text` with line breaks where they belong; a UTF-8 character counts as one column.
    std::string wrap(std::string_view text);

  private:
    void end_word(std::string& out);

    int width_;
    int column_ = 0;                  ///< columns of the current line that are out.
    int blanks_ = 0;                  ///< blanks seen since the last word, not out yet.
    int indent_ = -1;                 ///< where a continuation begins; -1: not known yet.
    bool has_word_ = false;           ///< the current line has a word out.
    bool has_second_column_ = false;  ///< two blanks or more have set `indent_`.
    std::string word_;
};

/// Takes the place of `stdout` for its lifetime. At most one at a time.
class Terminal {
  public:
    Terminal();
    ~Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

  private:
    std::FILE* before_ = nullptr;
};

/// Prints a document and a line break as they are, unbroken on a terminal too: JSON is to be
/// copied.
void print_verbatim(std::string_view document);

}  // namespace resdyn::cli
