import type { Group } from './group.js';

export const grammarGroups: readonly Group[] = [
  {
    name: 'grammar',
    lines: `
      init
      init x
      nosuch
      --nosuch
      --nosuch list-br
      -- --nosuch list-br
      -- --may-exist list-br
      --may-exist list-br
      -- --if-exists=x del-br a
      --if-exists=x del-br a
      -- --inactivity-probe set-manager x
      -- --if-exists --if-exists del-br a
      --if-exists --if-exists del-br a
      --
      -- --
      -- -- list-br
      --if-exists
      -- --if-exists
      --if-exists -- del-br a
      list-br --
      list-br -- --
      list-br -- nosuch
      list-br x
      list-br --real
      add-br
      add-br a b c d
      add-br a --may-exist
      add-br a -- --may-exist add-br a
      add-br b -- list-br -- nosuch-command
      list-br
      --dry-run add-br c
      --dry-run create qos type=x
      --dry-run list-br
      --dry-run add-br c -- list-br
      list-br
      --oneline list-br
      --oneline add-br c -- list-br -- br-set-external-id a k 'x\\y' -- br-get-external-id a k
      --oneline show
      --oneline get bridge a name stp_enable
      --oneline list-ports a
      --onel list-br
      --no list-br
      --no-w list-br
      --time=5 list-br
      -t5 list-br
      -t 5 list-br
      -t x list-br
      -t 0 list-br
      -t -1 list-br
      -t
      --timeout=
      -x
      -tx list-br
      --db
      --db=foo list-br
      --db=unix:/nonexistent/socket list-br
      --db=unix:nonexistent list-br
      --db=tcp:127.0.0.1:1 list-br
      --retry list-br
      --no-leader-only list-br
      --leader-only list-br
      --no-shuffle-remotes list-br
      --shuffle-remotes list-br
      --no-syslog list-br
      -vconsole:off list-br
      -vfoo list-br
      --verbose=syslog:err list-br
      -vPATTERN:console:%m list-br
      -vvsctl:warn list-br
      --log-file=/nonexistent/x list-br
      --syslog-method=null list-br
      --syslog-method=foo list-br
      --no-headings list-br
      --bare=x list-br
      --max-column-width list-br
      --ssl-protocols=TLSv1.2 list-br
      --ssl-ciphers=HIGH list-br
      -V
      --version
      -h
      --help
      --commands
      --options
      --help nosuch
      --i del-br x
      --if del-br x
      --fake-iface list-br
      -- --fake list-br
      list-br -- --real list-br -- --fake list-br
      add-br q -- add-br q
      add-br q -- foo
      get bridge a name -- get bridge nosuch name
      add-br q -- list nosuch
      list-br
    `,
  },
  {
    name: 'constraints that the server finds',
    lines: `
      add-br a -- add-port a p -- add-port a q
      -- --id=@i create interface name=p -- add port q interfaces @i
      set port q name=p
      create flow_sample_collector_set id=1
      destroy port p
      set bridge a ports=[]
      list-ports a
      -- --id=@m create mirror name=m -- --id=@n create mirror name=m -- set bridge a mirrors=@m,@n
      list mirror
    `,
  },
  {
    name: 'a database that nobody initialized',
    lines: `
      --all destroy open
      list-br
      list open
      --all destroy open
      show
      --all destroy open
      add-br a
      list-br
    `,
  },
  {
    name: 'changes that change nothing',
    waits: true,
    lines: `
      --no-wait add-br a
      set bridge a stp_enable=false
      --if-exists del-br nosuch
      --may-exist add-br a
      list-br
      clear bridge a flood_vlans
      remove bridge a external_ids x
      br-set-external-id a x
      del-controller a
      get open . next_cfg
    `,
  },
];
