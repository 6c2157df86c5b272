/// @file
/// Text for people that grows by formatted pieces, as a terminal would show them.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

namespace resdyn {

class Words {
  public:
    template <typename... Arguments>
    void operator()(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    }
    std::string text() && { return std::move(text_); }

  private:
    std::string text_;
};

}  // namespace resdyn
