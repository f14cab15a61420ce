# cmake --install: the programs, the rules, and the enqueue library as a package for find_package(freshet).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# What a producer includes, and nothing else.
set(freshet_headers
    jobs/client/blocking_producer.hpp
    jobs/client/new_job.hpp
    jobs/client/producer.hpp
    jobs/client/typed_call.hpp
    jobs/queue/call.hpp
    jobs/queue/job_record.hpp
    jobs/queue/operations.hpp
    jobs/queue/serializer.hpp
    jobs/queue/time_text.hpp
    prep/redis/command.hpp
    prep/redis/connection.hpp
    prep/redis/reply.hpp
    prep/redis/script.hpp
    prep/redis/settings.hpp
    rules/error.hpp)
foreach(header IN LISTS freshet_headers)
    cmake_path(GET header PARENT_PATH folder)
    install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/freshet/${folder})
endforeach()

# Users link freshet::jobs; the others are what it stands on.
set(freshet_libraries rules asio prep jobs)
list(TRANSFORM freshet_libraries PREPEND freshet_ OUTPUT_VARIABLE freshet_targets)
foreach(library IN LISTS freshet_libraries)
    set_target_properties(freshet_${library} PROPERTIES EXPORT_NAME ${library})
endforeach()
set(freshet_package ${CMAKE_INSTALL_LIBDIR}/cmake/freshet)
install(TARGETS ${freshet_targets} EXPORT freshet INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/freshet)
install(EXPORT freshet NAMESPACE freshet:: FILE freshet-targets.cmake DESTINATION ${freshet_package})
write_basic_package_version_file(freshet-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES .cmake/freshet-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/freshet-config-version.cmake
    DESTINATION ${freshet_package})

# A worker finds its helpers and model programs in its own folder.
install(TARGETS freshet-cli freshet-worker freshet-supervise freshet-climate freshet-watershed freshet-hillslope
    freshet-channel)
install(FILES ${CMAKE_BINARY_DIR}/jobs/freshet.bash RENAME freshet
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES rules/cache_invalidation_rules.json rules/cache_invalidation_rules.schema.json
    DESTINATION ${CMAKE_INSTALL_DATADIR}/freshet)
