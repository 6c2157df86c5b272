#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace resdyn {

Progress::Progress(std::string label, double total, ProgressMode mode)
    : label_(std::move(label)),
      total_(total),
      live_(mode == ProgressMode::Automatic && isatty(STDERR_FILENO) == 1),
      lines_(mode == ProgressMode::Lines),
      start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
    clear();
}

void Progress::clear() {
    if (live_) {
        std::fputs("\r\033[K", stderr);
        std::fflush(stderr);
        last_draw_ = {};
    }
}

void Progress::update(double done, const std::string& detail, double found) {
    if (!live_ && !lines_) {
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    constexpr auto redraw_interval = std::chrono::milliseconds(100);
    if (live_ && done < total_ && now - last_draw_ < redraw_interval) {
        return;
    }
    last_draw_ = now;
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    const double share = total_ > 0 ? std::clamp(done / total_, 0.0, 1.0) : 1.0;
    const double now_done = share - (total_ > 0 ? std::clamp(found / total_, 0.0, share) : 0.0);
    const std::string left =
        share >= 1 || now_done > 0
            ? format_duration(share >= 1 ? 0.0 : elapsed * (1 - share) / now_done) + " left"
            : "estimating";
    const std::string line = fmt::format("{} {:3.0f} %{}{} · {}", label_, 100 * share,
                                         detail.empty() ? "" : " · ", detail, left);
    if (live_) {
        fmt::print(stderr, "\r\033[K{}", line);
    } else {
        fmt::print(stderr, "{}\n", line);
    }
    std::fflush(stderr);
}

std::string format_duration(double seconds) {
    const long whole = std::lround(std::max(0.0, seconds));
    const long hours = whole / 3600;
    const long minutes = whole / 60 % 60;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                     : fmt::format("{:02}:{:02}", minutes, whole % 60);
}

}  // namespace resdyn
