/// @file
/// Independent tasks spread over threads. A task's result may depend on its number only, never on
/// the thread that runs it; reductions are made by the caller in task order. Output is then the
/// same bytes for any thread count.
#pragma once

#include <functional>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Number of threads that `threads = 0` stands for: the processors this process may use.
int hardware_threads();

/// Calls task(0) … task(tasks − 1), each once, on at most `threads` threads (0: all), and returns
/// when all are done. The calling thread takes part. If a task throws, no new task starts and the
/// first exception (by time) is thrown here. Workers are kept between calls; calls from inside a
/// task run serially. Between tasks is an interruption_point (interrupt.hpp).
void parallel_for(Index tasks, int threads, const std::function<void(Index)>& task);

}  // namespace resdyn
