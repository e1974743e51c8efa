	.section	.text,"ax",@progbits
	.p2align	4, 0x90
queue_put:
	.cfi_startproc
	pushq	%r14
	.cfi_def_cfa_offset 16
	pushq	%rbx
	.cfi_def_cfa_offset 24
	pushq	%rax
	.cfi_def_cfa_offset 32
	.cfi_offset %rbx, -24
	.cfi_offset %r14, -16
	movq	%rsi, %r14
	movq	%rdi, %rbx
	lock		incq	616(%rdi)
	callq	pthread_mutex_lock@PLT
	testl	%eax, %eax
	jne	.LBB1_15
	movl	$32, %eax
	cmpl	$0, 612(%rbx)
	jne	.LBB1_14
	movl	600(%rbx), %ecx
	cmpq	$64, %rcx
	jne	.LBB1_3
	addl	$1, 608(%rbx)
	sbbl	$0, 608(%rbx)
	movl	$11, %eax
	jmp	.LBB1_14
.LBB1_3:
	movq	%r14, %rax
	shrq	$32, %rax
	testq	%rcx, %rcx
	je	.LBB1_4
	.p2align	4, 0x90
.LBB1_6:
	leaq	-1(%rcx), %rdx
	movl	%edx, %esi
	cmpl	%eax, 92(%rbx,%rsi,8)
	jl	.LBB1_9
	movq	88(%rbx,%rsi,8), %rsi
	movq	%rsi, 88(%rbx,%rcx,8)
	movq	%rdx, %rcx
	testl	%edx, %edx
	jne	.LBB1_6
	xorl	%ecx, %ecx
.LBB1_9:
	movl	%ecx, %ecx
	jmp	.LBB1_10
.LBB1_4:
	xorl	%ecx, %ecx
.LBB1_10:
	movl	%r14d, 88(%rbx,%rcx,8)
	movl	%eax, 92(%rbx,%rcx,8)
	movl	600(%rbx), %ecx
	leal	1(%rcx), %eax
	movl	%eax, 600(%rbx)
	cmpl	604(%rbx), %eax
	jbe	.LBB1_12
	movl	%eax, 604(%rbx)
.LBB1_12:
	xorl	%eax, %eax
	testl	%ecx, %ecx
	jne	.LBB1_14
	leaq	40(%rbx), %rdi
	callq	pthread_cond_signal@PLT
	xorl	%eax, %eax
.LBB1_14:
	movq	%rbx, %rdi
	movl	%eax, %ebx
	callq	pthread_mutex_unlock@PLT
	movl	%ebx, %eax
.LBB1_15:
	addq	$8, %rsp
	.cfi_def_cfa_offset 24
	popq	%rbx
	.cfi_def_cfa_offset 16
	popq	%r14
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end1:
	.cfi_endproc
# verdict: refuted: the count of rejected jobs stays at 2^32 - 1: a full queue with rejected 4294967295
