#include "progress.hpp"

#include <cmath>
#include <cstdio>

namespace {

std::string duration(double seconds) {
  const auto s = static_cast<long>(std::lround(seconds));
  char buffer[48];
  if (s >= 3600)
    std::snprintf(buffer, sizeof buffer, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
  else
    std::snprintf(buffer, sizeof buffer, "%ld:%02ld", s / 60, s % 60);
  return buffer;
}

}  // namespace

void ProgressBar::step(const talweg::train::StepEvent& event, std::int64_t total_steps) {
  loss_ = event.step == 1 ? event.loss : 0.98 * loss_ + 0.02 * event.loss;  // a single batch would flicker
  const auto now = Clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  if (total_steps == 0) {  // nobody knows when a deterministic method will converge
    std::fprintf(stderr, "\r\033[Kiteration %lld  loss %.6g", static_cast<long long>(event.step), event.loss);
    if (std::isfinite(validation_) && validation_ != 0) std::fprintf(stderr, "  validation %.4g", validation_);
    std::fflush(stderr);
    visible_ = true;
    return;
  }
  constexpr int width = 28;
  const double share = static_cast<double>(event.step) / static_cast<double>(total_steps);
  const int filled = static_cast<int>(share * width);
  std::string bar(static_cast<std::size_t>(filled), '#');
  bar.resize(width, '.');
  const double elapsed = std::chrono::duration<double>(now - begin_).count();
  std::fprintf(stderr, "\r\033[K[%s] %3.0f %%  epoch %lld  loss %.4g", bar.c_str(), 100 * share,
               static_cast<long long>(event.epoch), loss_);
  if (std::isfinite(validation_) && validation_ != 0) std::fprintf(stderr, "  validation %.4g", validation_);
  std::fprintf(stderr, "  rate %.2g  %s left", event.learning_rate, duration(elapsed * (1 - share) / share).c_str());
  std::fflush(stderr);
  visible_ = true;
}

void ProgressBar::stream(const talweg::train::StreamEvent& e) {
  std::fputs("\r\033[K", stderr);
  if (std::isfinite(e.share))
    std::fprintf(stderr, "%3.0f %% of pass %lld/%lld  ", 100 * e.share, static_cast<long long>(e.epoch),
                 static_cast<long long>(e.epochs));
  std::fprintf(stderr, "%lld rows  loss %.4g  recently %.4g", static_cast<long long>(e.rows), e.loss, e.recent_loss);
  if (std::isfinite(e.roc_auc)) std::fprintf(stderr, "  roc_auc %.4f", e.roc_auc);
  if (e.seconds > 0) std::fprintf(stderr, "  %.0f rows/s", static_cast<double>(e.rows) / e.seconds);
  std::fflush(stderr);
  visible_ = true;
}

void ProgressBar::clear() {
  if (visible_) std::fputs("\r\033[K", stderr);
  visible_ = false;
}
