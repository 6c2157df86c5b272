/// @file
/// For threads that do tasks without parallel_for.
#pragma once

namespace resdyn::detail {

/// While one lives, this thread is inside a task: what it does in parallel runs serially.
class TaskScope {
  public:
    TaskScope();
    ~TaskScope();
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;

  private:
    bool before_;
};

}  // namespace resdyn::detail
