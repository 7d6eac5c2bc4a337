#include "peer.hpp"

namespace peers {

void add_liblbfgs(std::vector<Peer>& list);
void add_nlopt(std::vector<Peer>& list);
void add_dlib(std::vector<Peer>& list);
void add_ceres(std::vector<Peer>& list);

std::vector<Peer> installed() {
  std::vector<Peer> list;
#ifdef TALWEG_HAVE_LIBLBFGS
  add_liblbfgs(list);
#endif
#ifdef TALWEG_HAVE_NLOPT
  add_nlopt(list);
#endif
#ifdef TALWEG_HAVE_DLIB
  add_dlib(list);
#endif
#ifdef TALWEG_HAVE_CERES
  add_ceres(list);
#endif
  return list;
}

}  // namespace peers
