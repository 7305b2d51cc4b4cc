# SPDX-License-Identifier: GPL-2.0-or-later
# The version of everything here. It stands in this folder because that may be built inside Wireshark's source tree.
#   KX_VERSION       numbers alone
#   KX_FULL_VERSION  the same at the tag of that version; else it tells commits apart: 0.2.0-dev+g1a2b3c4
set(KX_VERSION 0.2.0)

# What `git archive` writes here: the commit, and its tags.
set(kx_archived "$Format:%h %D$")

# COMMIT TAGS: sets KX_FULL_VERSION.
macro(kx_set_full_version commit tags)
  set(KX_FULL_VERSION "${KX_VERSION}-dev+g${commit}")
  string(REPLACE "." "[.]" kx_release "${KX_VERSION}")
  if("${tags}" MATCHES "(^|[ ,\n])(tag: )?v?${kx_release}($|[ ,\n])")
    set(KX_FULL_VERSION "${KX_VERSION}")
  endif()
endmacro()

# ARGUMENT ...: what git prints, in kx_git; nothing without git, or where this folder is none of a repository of its own.
macro(kx_ask_git)
  execute_process(COMMAND git ${ARGN} WORKING_DIRECTORY "${CMAKE_CURRENT_LIST_DIR}"
    OUTPUT_VARIABLE kx_git OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endmacro()

set(KX_FULL_VERSION "${KX_VERSION}-dev")
kx_ask_git(ls-files --error-unmatch version.cmake)
if(kx_git)
  kx_ask_git(rev-parse --git-path logs/HEAD)
  get_filename_component(kx_log "${kx_git}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_LIST_DIR}")
  if(EXISTS "${kx_log}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${kx_log}")
  endif()
  kx_ask_git(tag --points-at HEAD)
  set(kx_tags "${kx_git}")
  kx_ask_git(rev-parse --short HEAD)
  kx_set_full_version("${kx_git}" "${kx_tags}")
elseif(kx_archived MATCHES "^([0-9a-f]+) ?(.*)")
  kx_set_full_version("${CMAKE_MATCH_1}" "${CMAKE_MATCH_2}")
endif()
